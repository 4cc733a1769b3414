/**
 * What `kube` runs, in a process of its own, to read a declaration: it loads the one module that its
 * arguments name and writes the description, or why there is none, to file descriptor 3. It is no
 * part of the runtime; nothing of it imports this.
 */
import './forbid-effects.ts'
import { writeSync } from 'node:fs'
import { assertDeclaration, type ServiceDeclaration } from '../config/declaration.ts'
import type { DescriptionReply } from '../convention/description.ts'
import { messageOf } from '../convention/error-record.ts'
import { ServicexError } from '../convention/servicex-error.ts'
import type { Contract } from '../client/contract/contract-types.ts'
import type { ServiceReference } from '../config/service-reference.ts'
import { toNameProblems } from './name-problems.ts'
import { toDescription } from './to-description.ts'

const REPLY_FD = 3
const MAX_CAUSES = 5

const [packageName = '', moduleUrl] = process.argv.slice(2)
process.on('uncaughtException', (error) => answer(toFailure(error)))
describe(moduleUrl).then(answer, (error: unknown) => answer(toFailure(error)))

async function describe(url: string | undefined): Promise<DescriptionReply> {
  const declaration = url === undefined ? {} : await loadDeclaration(url)
  if (declaration === undefined) return { kind: 'no-declaration' }
  assertDeclaration(declaration)
  const description = toDescription(declaration, packageName)
  const problems = toNameProblems(description)
  if (problems.length > 0) return { kind: 'invalid', problems }
  const contract = await toContract(declaration.serves)
  return {
    kind: 'description',
    description: contract === undefined ? description : { ...description, contract },
  }
}

/** zod is loaded for a contract alone. A generated client has no snapshot to give. */
async function toContract(serves: ServiceReference | undefined): Promise<unknown> {
  if (serves === undefined || !('operations' in serves)) return undefined
  const { toSnapshot } = await import('../client/contract/to-snapshot.ts')
  return toSnapshot(serves as Contract)
}

async function loadDeclaration(url: string): Promise<ServiceDeclaration | undefined> {
  const module = (await import(url)) as { readonly default?: unknown }
  const declaration = module.default
  return typeof declaration === 'object' && declaration !== null ? declaration : undefined
}

function toFailure(error: unknown): DescriptionReply {
  if (ServicexError.is(error) && error.code === 'SERVICEX_DECLARATION_INVALID')
    return { kind: 'invalid', problems: error.details }
  const chain = causesOf(error)
  const place = chain.map(placeOf).find((found) => found !== undefined)
  return { kind: 'threw', message: chain.map(messageOf).join(': '), place }
}

/** The error and what caused it: `fetch failed` says nothing by itself. */
function causesOf(error: unknown, depth = 0): unknown[] {
  const cause = error instanceof Error && depth < MAX_CAUSES ? error.cause : undefined
  return [error, ...(cause === undefined ? [] : causesOf(cause, depth + 1))]
}

/** The first frame in a file of the app's: not Node's, not servicex's, not a package's. */
function placeOf(error: unknown): string | undefined {
  const frames = (error instanceof Error ? (error.stack ?? '') : '').split('\n')
  const own = frames.find(
    (frame) => /file:\/\/\//.test(frame) && !/node_modules|forbid-effects/.test(frame),
  )
  return /file:\/\/(\/[^\s()]+:\d+:\d+)/.exec(own ?? '')?.[1]
}

/** Answers once, and ends whatever the module has begun. */
function answer(reply: DescriptionReply): never {
  const bytes = Buffer.from(JSON.stringify(reply))
  for (let at = 0; at < bytes.length;) at += writeSync(REPLY_FD, bytes, at)
  process.exit(0)
}
