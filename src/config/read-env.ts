import { messageOf } from '../convention/error-record.ts'
import { scrub } from '../convention/scrub.ts'
import { isSensitiveName } from '../convention/sensitive.ts'
import type { Environment } from './env-reader.ts'
import type { EnvIssue, EnvParseResult, EnvSchema } from './env-schema.ts'
import type { Problem, ProblemList } from './problem.ts'

/** Parses the app's own variables by its schema, once; every issue becomes a problem. */
export function readEnv(
  schema: EnvSchema | undefined,
  env: Environment,
  problems: ProblemList,
): unknown {
  if (schema === undefined) return {}
  const result = parseEnv(schema, env)
  if (result.success) return result.data
  for (const issue of result.error.issues) problems.add(toProblem(issue, env))
  return undefined
}

/** A schema that cannot be used (an asynchronous check, a transform that throws) is one more problem. */
function parseEnv(schema: EnvSchema, env: Environment): EnvParseResult<unknown> {
  try {
    return schema.safeParse({ ...env })
  } catch (error) {
    return { success: false, error: { issues: [{ path: [], message: messageOf(error) }] } }
  }
}

/** An issue without a path is one of all the variables together. What a schema's author wrote may repeat a value. */
function toProblem({ path, message }: EnvIssue, env: Environment): Problem {
  const [first] = path
  if (first === undefined)
    return { name: 'env schema', value: 'not satisfied', expected: scrub(message) }
  const name = String(first)
  const value = env[name]
  const expected = value && isSensitiveName(name) ? message.replaceAll(value, '(it)') : message
  return { name, value, expected: scrub(expected) }
}
