import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { TextFile } from '../parse/facts/repository-facts.ts'
import { readGitEnv } from '../parse/git.ts'
import { completeLockfile, type Lockfile } from '../plan/new/complete-lockfile.ts'
import { runProgram } from './image/run-program.ts'

/**
 * Writes the files of a new app into `folder`, which is made.
 *
 * Rejects with SERVICEX_FOLDER_NOT_EMPTY, before anything is written, when there is something in it; a
 * repository without a commit may be there.
 */
export async function writeApp(folder: string, files: readonly TextFile[]): Promise<void> {
  const present = (await readNames(folder)).filter((name) => name !== '.git')
  if (present.length > 0)
    throw new ServicexError('SERVICEX_FOLDER_NOT_EMPTY', {
      summary: `${folder} is not empty: it has ${present.slice(0, 5).join(', ')}${present.length > 5 ? ', …' : ''}`,
      fix: 'name another folder with --folder, or empty this one',
    })
  for (const { path, text } of files) {
    const place = join(folder, path)
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, text, { flag: 'wx' })
  }
}

/** Installs the packages of an app, which makes its lockfile. Rejects with SERVICEX_NEW_FAILED and what npm said. */
export async function installPackages(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  await runProgram({
    program: ['npm'],
    words: ['install', '--no-audit', '--no-fund'],
    cwd: folder,
    env,
    what: 'npm install',
    failure: 'SERVICEX_NEW_FAILED',
    fix: `the files are there: mend what npm says, then run npm install in ${folder}`,
  })
  await writeWholeLockfile(join(folder, 'package-lock.json'))
}

/** The lockfile of one platform is refused by `npm ci` on every other. */
async function writeWholeLockfile(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  // Whoever tells npm to write none is told so by `kube check`.
  if (text === undefined) return
  const lockfile = JSON.parse(text) as Lockfile
  const complete = completeLockfile(lockfile)
  if (complete !== lockfile) await writeFile(path, `${JSON.stringify(complete, undefined, 2)}\n`)
}

/** Makes a repository of a folder and commits all that is in it. Rejects with SERVICEX_NEW_FAILED and what git said. */
export async function commitApp(folder: string, message: string): Promise<void> {
  const calls = [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', message],
  ]
  for (const words of calls)
    await runProgram({
      program: ['git'],
      words,
      cwd: folder,
      env: readGitEnv(),
      what: `git ${words[0]}`,
      failure: 'SERVICEX_NEW_FAILED',
      fix: `the files are there: mend what git says, then commit them in ${folder}`,
    })
}

async function readNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
