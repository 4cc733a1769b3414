import { execFile, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { readInstallEnv } from '../../parse/build-env.ts'

/** Container engines that can take an image from a pipe, and how to ask whether one answers. */
const ENGINES = [
  ['docker', ['version', '--format', '{{.Server.Version}}']],
  ['podman', ['version', '--format', '{{.Client.Version}}']],
  ['nerdctl', ['version', '--format', '{{.Client.Version}}']],
] as const

const run = promisify(execFile)

/** How long an engine may take to say that it is there. */
const ANSWER_MS = 10_000

/** Gives an archive to the first container engine of this machine that answers, and resolves with its name. Rejects with SERVICEX_BUILDER_MISSING when none does. */
export async function loadArchive(open: () => Readable): Promise<string> {
  const tried: string[] = []
  for (const [engine, words] of ENGINES) {
    const reason = await whyAbsent(engine, words)
    if (reason === undefined) {
      await load(engine, open())
      return engine
    }
    tried.push(`${engine}  ${reason}`)
  }
  throw new ServicexError('SERVICEX_BUILDER_MISSING', {
    summary: 'there is no container engine here that an image can be loaded into',
    details: tried,
    fix: 'start one, or write the image to a file: kube build --output image.tar',
  })
}

/** Says why a program is of no use here, or nothing when it answers. */
export async function whyAbsent(
  program: string,
  words: readonly string[],
): Promise<string | undefined> {
  try {
    await run(program, words, { timeout: ANSWER_MS, env: readInstallEnv() })
    return undefined
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string }
    if (code === 'ENOENT') return 'is not installed'
    return stderr?.trim().split('\n').at(-1) ?? 'does not answer'
  }
}

async function load(engine: string, archive: Readable): Promise<void> {
  const child = spawn(engine, ['load'], { stdio: ['pipe', 'pipe', 'pipe'], env: readInstallEnv() })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.push(text))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  // An engine that refuses closes the pipe early: what it says then is the reason.
  const [piped, exitCode] = await Promise.allSettled([pipeline(archive, child.stdin), ended])
  if (exitCode.status === 'fulfilled' && exitCode.value === 0 && piped.status === 'fulfilled')
    return
  throw new ServicexError('SERVICEX_BUILD_FAILED', {
    summary: `${engine} load did not take the image`,
    details: said.join('').trim().split('\n').slice(-10),
    fix: `kube build --output image.tar, then ${engine} load --input image.tar`,
    ...(piped.status === 'rejected' ? { cause: piped.reason as unknown } : {}),
  })
}
