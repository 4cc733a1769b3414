import type { Check } from '../../../src/convention/doctor.ts'
import { readDescription } from '../../parse/description.ts'
import { readCommit } from '../../parse/git.ts'
import type { Project } from '../../parse/project.ts'
import { toFailedCheck } from './finding.ts'

/** Looks at the repository: a commit, a lockfile, a declaration that can be read. Runs nothing of it. */
export async function checkRepository(project: Project): Promise<readonly Check[]> {
  return [await checkCommit(project), checkLockfile(project), await checkDeclaration(project)]
}

async function checkCommit({ root }: Project): Promise<Check> {
  const check = { category: 'repository', name: 'commit' } as const
  try {
    const { revision, dirtyFiles } = await readCommit(root)
    const short = revision.slice(0, 12)
    if (dirtyFiles.length === 0) return { ...check, status: 'pass', message: short }
    return {
      ...check,
      status: 'warn',
      message: `${short}, and ${dirtyFiles.length} files that are not committed`,
      fix: 'commit them before a build',
    }
  } catch (error) {
    return toFailedCheck(check, error)
  }
}

function checkLockfile({ lockfile, packageManager }: Project): Check {
  const check = { category: 'repository', name: 'lockfile' } as const
  return lockfile === undefined
    ? {
        ...check,
        status: 'fail',
        message: 'nothing locks the packages',
        fix: `run ${packageManager} install, and commit the lockfile`,
      }
    : { ...check, status: 'pass', message: packageManager }
}

async function checkDeclaration({ root, name }: Project): Promise<Check> {
  const check = { category: 'repository', name: 'service.ts' } as const
  try {
    const description = await readDescription(root, { packageName: name })
    const processes = Object.keys(description.processes).join(', ')
    return { ...check, status: 'pass', message: `${description.name}: ${processes}` }
  } catch (error) {
    return toFailedCheck(check, error)
  }
}
