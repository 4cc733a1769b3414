import type { Command } from 'commander'
import { readTopic, readTopics } from '../parse/topics.ts'
import { EXIT } from '../report/exit-code.ts'
import type { CommandContext } from './command.ts'

/** `kube docs [topic]`: prints a page of the documentation of the installed version, without a network. */
export function attachDocs(command: Command, { terminal, finish }: CommandContext): void {
  command
    .argument('[topic]', 'the page; without one, their names')
    .option('--json', 'print one JSON object')
    .action(async (topic: string | undefined, { json }: { readonly json?: boolean }) => {
      if (topic === undefined) {
        const topics = await readTopics()
        terminal.stdout.write(
          json === true ? `${JSON.stringify({ topics })}\n` : `${topics.join('\n')}\n`,
        )
      } else {
        const text = await readTopic(topic.toLowerCase())
        terminal.stdout.write(json === true ? `${JSON.stringify({ topic, text })}\n` : text)
      }
      finish(EXIT.done)
    })
}
