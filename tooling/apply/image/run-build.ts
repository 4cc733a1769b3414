import { join } from 'node:path'
import { readBuildEnv } from '../../parse/build-env.ts'
import type { RepositoryPackage } from '../../plan/image/workspaces.ts'
import { findManager } from './find-manager.ts'
import type { ImageJob } from './image-job.ts'
import { runProgram } from './run-program.ts'

/** Gives the packages that have to be built, in their order: those of the repository that the app uses, then the app. */
export function toBuilds({ layout }: ImageJob): readonly RepositoryPackage[] {
  return [...layout.used, layout.app].filter(
    ({ packageJson }) => packageJson.scripts?.['build'] !== undefined,
  )
}

/**
 * Runs the build scripts in a folder with the commit's files and all packages installed. They see no
 * token of this machine. Rejects with SERVICEX_BUILD_FAILED and the last lines of the one that failed.
 */
export async function runBuilds(job: ImageJob, folder: string): Promise<void> {
  const { layout, project, committedAtSeconds, isOffline } = job
  const env = readBuildEnv(project.settings.image?.buildEnv ?? [], committedAtSeconds)
  const { manager } = layout
  const named = layout.all.find((each) => each.folder === '')?.packageJson.packageManager
  const program = await findManager({ manager, named, folder, env, isOffline })
  for (const each of toBuilds(job)) {
    const start = performance.now()
    const name = each.packageJson.name ?? each.folder
    await runProgram({
      program,
      words: ['run', 'build'],
      cwd: join(folder, each.folder),
      env: { ...env, YARN_NODE_LINKER: 'node-modules' },
      what: `the build script of ${name}`,
      failure: 'SERVICEX_BUILD_FAILED',
      fix: `run it by hand: ${manager === 'yarn-classic' ? 'yarn' : manager} run build`,
    })
    job.tell(`built ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }
}
