import type { Command } from 'commander'
import type { AddFlags } from './client-add.ts'
import type { CheckFlags } from './client-check.ts'
import { DEFAULT_FOLDER } from './client-folder.ts'
import type { ListFlags } from './client-list.ts'
import type { MockFlags } from './client-mock.ts'
import type { SimulateFlags } from './client-simulate.ts'
import type { CommandContext } from './command.ts'

const HELP = `
A source is a file (../billing/contract.json), a git repository
(git+https://host/org/billing.git#main:contract.json), an installed package
(npm:@acme/billing-contract), an address (https://billing.example.com/openapi.json), an image that kube
built (registry.example.com/apps/billing:3fa1c2e…), or what is deployed (env:production/billing).

kube client add billing --env prod
kube client add billing --from ../billing/contract.json
kube client add billing --ops getInvoice,createInvoice
kube client check --env prod
kube client mock billing --port 4001
kube client simulate --rps 200 --pods 3 --fault 0.3
`

/** `kube client`: makes clients of other services' contracts, checks that they still fit, and plays the services. */
export function attachClient(command: Command, context: CommandContext): void {
  command.addHelpText('after', HELP)
  command
    .command('add')
    .description('make the client of a service, or make it again from where it came')
    .argument('<service>', 'the service, or the source alone')
    .option('--from <source>', 'where its snapshot is; where it was read the last time when absent')
    .option('--env <environment>', 'the snapshot of what is deployed there')
    .option('--image <reference>', 'the snapshot in an image that kube built')
    .option('--ops <names>', 'only these operations, separated by commas; "all" for all', toNames)
    .option('--out <folder>', 'the folder of the clients', DEFAULT_FOLDER)
    .option('--json', 'print one JSON object')
    .action(async (service: string, flags: AddFlags) =>
      (await import('./client-add.ts')).addClient(service, flags, context),
    )
  command
    .command('check')
    .description('say whether the clients are as generated, and fit what their services serve now')
    .argument('[services...]', 'all when absent')
    .option('--offline', 'do not read the sources')
    .option('--env <environment>', 'check against what is deployed there')
    .option('--out <folder>', 'the folder of the clients', DEFAULT_FOLDER)
    .option('--json', 'print one JSON object')
    .action(async (services: readonly string[], flags: CheckFlags) =>
      (await import('./client-check.ts')).checkClients(services, flags, context),
    )
  command
    .command('list')
    .description('list the clients of this project')
    .option('--out <folder>', 'the folder of the clients', DEFAULT_FOLDER)
    .option('--json', 'print one JSON object')
    .action(async (flags: ListFlags) =>
      (await import('./client-list.ts')).listClients(flags, context),
    )
  command
    .command('mock')
    .description('serve examples of what a service gives, until it is interrupted')
    .argument('<service>', 'a client of this project, or a source')
    .option('--port <number>', 'the port; any that is free when absent', toPort)
    .option('--out <folder>', 'the folder of the clients', DEFAULT_FOLDER)
    .option('--json', 'print one JSON object when it serves')
    .action(async (service: string, flags: MockFlags) =>
      (await import('./client-mock.ts')).mockClient(service, flags, context),
    )
  attachSimulate(command, context)
}

function attachSimulate(command: Command, context: CommandContext): void {
  command
    .command('simulate')
    .description('say what the policies of a client do under a fault, on a clock of their own')
    .option('--rps <number>', 'calls a second', '200')
    .option('--pods <number>', 'pods of the service', '3')
    .option('--fault <share>', 'the part of the requests that meet the fault, 0 to 1', '0.3')
    .option('--kind <fault>', '503, reset, refuse, hang, slow', '503')
    .option('--faulty-pods <number>', 'so many pods have the fault; all when absent')
    .option('--seconds <number>', 'how long', '60')
    .option('--latency <ms>', 'how long a pod takes that is well', '5')
    .option('--deadline <ms>', 'the longest a call may take', '5000')
    .option('--once', 'the calls may not be repeated, like a POST without a key')
    .option(
      '--set <setting>',
      'a setting of the client, as attempts=2; may be repeated',
      collect,
      [],
    )
    .option('--seed <number>', 'another seed is another run', '1')
    .option('--json', 'print one JSON object')
    .action(async (flags: SimulateFlags) =>
      (await import('./client-simulate.ts')).simulateClient(flags, context),
    )
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}

function toNames(text: string): readonly string[] {
  return text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

function toPort(text: string): number {
  return Number(text)
}
