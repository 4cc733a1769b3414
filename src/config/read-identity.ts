import { hostname } from 'node:os'
import { ENV } from '../convention/env-names.ts'
import { toEnvironmentName } from '../convention/environments.ts'
import { isName, toServiceName, toServiceProcessName, WEB_PROCESS } from '../convention/names.ts'
import type { AppPackage } from './app-package.ts'
import type { ServiceIdentity } from './config.ts'
import type { ServiceDeclaration } from './declaration.ts'
import type { EnvReader } from './env-reader.ts'
import type { ProblemList } from './problem.ts'
import { parsePairs } from './key-value-pairs.ts'

/** Reads who this process is: the standard variables first, then the declaration, then package.json. */
export function readIdentity(
  declaration: ServiceDeclaration,
  app: AppPackage,
  reader: EnvReader,
  problems: ProblemList,
): ServiceIdentity {
  const attributes = parsePairs(
    { name: ENV.otelResourceAttributes, text: reader.text(ENV.otelResourceAttributes) },
    problems,
  )
  const appName = declaration.name ?? toServiceName(app.name)
  const process = readProcessName(declaration, reader, problems)
  const name =
    reader.text(ENV.otelServiceName) ??
    attributes['service.name'] ??
    toServiceProcessName(appName, process)
  const revision =
    reader.text(ENV.revision) ??
    attributes['service.version'] ??
    reader.text(ENV.sentryRelease) ??
    app.version ??
    'unknown'
  const environment = readEnvironmentName(reader, attributes)
  const instanceId = attributes['service.instance.id'] ?? hostname()
  const resource = {
    ...attributes,
    'service.name': name,
    'service.namespace': attributes['service.namespace'] ?? appName,
    'service.version': revision,
    'service.instance.id': instanceId,
    'deployment.environment.name': environment,
  }
  return { app: appName, process, name, revision, environment, instanceId, resource }
}

/** One of the declared processes; any name where none are declared. */
function readProcessName(
  { processes }: ServiceDeclaration,
  reader: EnvReader,
  problems: ProblemList,
): string {
  const process = reader.text(ENV.process)
  if (process === undefined) return WEB_PROCESS
  const known = processes === undefined ? undefined : Object.keys(processes)
  if (known === undefined ? !isName(process) : !known.includes(process))
    problems.add({
      name: ENV.process,
      value: process,
      expected:
        known === undefined
          ? 'a name of a-z, 0-9 and -'
          : `one of ${known.join(', ')}, as declared`,
    })
  return process
}

/** The deployed environment's name; NODE_ENV says only whether this is a person's machine or a test. */
function readEnvironmentName(
  reader: EnvReader,
  attributes: Readonly<Record<string, string>>,
): string {
  const named = attributes['deployment.environment.name'] ?? reader.text(ENV.sentryEnvironment)
  return toEnvironmentName(named ?? reader.text(ENV.nodeEnv) ?? 'development')
}
