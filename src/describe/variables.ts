import type { EnvSchema } from '../config/env-schema.ts'
import type { VariableDescription } from '../convention/description.ts'
import { isSensitiveName } from '../convention/sensitive.ts'

/** One node of a JSON schema. */
type JsonSchema = Readonly<Record<string, unknown>>

/** The part of a zod schema that gives its JSON schema. */
interface DescribedSchema {
  toJSONSchema?(options: { io: 'input'; unrepresentable: 'any' }): unknown
}

/** What a secret variable's schema may not give away. */
const VALUES: ReadonlySet<string> = new Set(['default', 'examples', 'const', 'enum'])

/**
 * Gives the variables that an `env` schema reads: which must be there, which are secret, and what
 * each must hold. A schema that cannot say so (a transform, an older zod) gives the required ones.
 */
export function toVariables(
  schema: EnvSchema | undefined,
  secrets: readonly string[],
): Readonly<Record<string, VariableDescription>> {
  if (schema === undefined) return {}
  const properties = toProperties(schema)
  const required = new Set(toRequired(schema))
  const names = new Set([...Object.keys(properties), ...required])
  return Object.fromEntries(
    [...names].toSorted().map((name) => {
      const property = properties[name]
      const isSecret = secrets.includes(name) || property?.['secret'] === true || isSecretName(name)
      const shown = property === undefined ? undefined : toShown(property, isSecret)
      return [
        name,
        {
          required: required.has(name),
          secret: isSecret,
          ...(shown === undefined ? {} : { schema: shown }),
        },
      ]
    }),
  )
}

/** A URL of a database carries its password. */
function isSecretName(name: string): boolean {
  return (
    isSensitiveName(name) ||
    /(?:^|_)(?:DATABASE|DB|REDIS|MONGO(?:DB)?|AMQP|POSTGRES(?:QL)?|MYSQL)_(?:URL|URI)$/.test(name)
  )
}

function toProperties(schema: EnvSchema): Readonly<Record<string, JsonSchema>> {
  const json = toJsonSchema(schema)
  return (json?.['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
}

function toJsonSchema(schema: EnvSchema): JsonSchema | undefined {
  try {
    const json = (schema as DescribedSchema).toJSONSchema?.({ io: 'input', unrepresentable: 'any' })
    return typeof json === 'object' && json !== null ? (json as JsonSchema) : undefined
  } catch {
    return undefined
  }
}

/** Those that an empty environment lacks: the very question the runtime asks at start. */
function toRequired(schema: EnvSchema): string[] {
  try {
    const result = schema.safeParse({})
    if (result.success) return []
    return result.error.issues.flatMap(({ path: [first] }) =>
      typeof first === 'string' ? [first] : [],
    )
  } catch {
    return []
  }
}

function toShown(property: JsonSchema, isSecret: boolean): JsonSchema {
  const entries = Object.entries(property).filter(
    ([keyword]) => keyword !== 'secret' && !(isSecret && VALUES.has(keyword)),
  )
  return Object.fromEntries(entries)
}
