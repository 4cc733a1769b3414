import type { ServicePlan } from '../../convention/service-plan.ts'
import type { ClientOptions } from './client-options.ts'
import { openClient } from './open-client.ts'
import type { Check, ReplyChecks } from './reply-checks.ts'

/** A validator as ajv compiles it: says whether a value is right, and leaves behind what is wrong. */
export interface CompiledValidator {
  (value: unknown): boolean
  errors?: readonly CompiledFinding[] | null
}

/** What ajv leaves behind. */
export interface CompiledFinding {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}

/** The validators of one operation: that of its reply, and those of its errors' data by code. */
export interface CompiledChecks {
  readonly ok?: CompiledValidator
  readonly errors?: Readonly<Record<string, CompiledValidator>>
}

/** Gives the validators of one operation, which are compiled already; called by its first call. */
export type LoadChecks = (
  operation: string,
) => CompiledChecks | undefined | Promise<CompiledChecks | undefined>

/** Makes a client of what `kube client add` wrote. Opens nothing, and loads no validator: calls do. */
export function generatedClient(
  plan: ServicePlan,
  load: LoadChecks,
  options: ClientOptions = {},
): object {
  const known = new Map<string, ReplyChecks | Promise<ReplyChecks>>()
  const checks = (operation: string): ReplyChecks | Promise<ReplyChecks> => {
    const made = known.get(operation)
    if (made !== undefined) return made
    const loaded = load(operation)
    if (!(loaded instanceof Promise)) return remember(operation, toChecks(loaded))
    return remember(
      operation,
      loaded.then((compiled) => remember(operation, toChecks(compiled))),
    )
  }
  const remember = <Made extends ReplyChecks | Promise<ReplyChecks>>(
    operation: string,
    made: Made,
  ): Made => {
    known.set(operation, made)
    return made
  }
  return openClient({ plan, checks }, options)
}

function toChecks(compiled: CompiledChecks | undefined): ReplyChecks {
  const errors = Object.entries(compiled?.errors ?? {}).map(
    ([code, validator]) => [code, toCheck(validator)] as const,
  )
  return { ok: toCheck(compiled?.ok), errors: Object.fromEntries(errors) }
}

function toCheck(validator: CompiledValidator | undefined): Check | undefined {
  if (validator === undefined) return undefined
  return (value) => {
    if (validator(value)) return undefined
    const [finding] = validator.errors ?? []
    return finding === undefined ? 'it does not fit' : toText(finding)
  }
}

/** The place and the rule; never the value. */
function toText({ instancePath, keyword, params }: CompiledFinding): string {
  const place = instancePath === '' ? 'it' : instancePath.slice(1).replaceAll('/', '.')
  switch (keyword) {
    case 'type':
      return `${place}: expected ${String(params['type'])}`
    case 'required':
      return `${place}: ${String(params['missingProperty'])} is absent`
    default:
      return `${place}: breaks the rule "${keyword}"`
  }
}
