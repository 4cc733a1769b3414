import { selectInstallInputs } from '../../plan/image/install-inputs.ts'
import type { LeftOut } from '../../plan/image/left-out.ts'
import { install } from './install.ts'
import type { ImageJob } from './image-job.ts'
import { type InstallScope, toInstallKey } from './install-key.ts'
import { hasPackages } from './read-layout.ts'
import { unpackPackages } from './unpack-packages.ts'
import { openWorkFolder, type WorkFolder } from './work-folder.ts'

/** A folder with installed packages, and what was not even written of them. */
export interface InstalledFolder extends WorkFolder {
  readonly leftOut: readonly LeftOut[]
}

/**
 * Opens a folder in which the packages of a scope are installed; it holds nothing else of the commit
 * but manifests. The developer's own node_modules is not looked at. Must be closed.
 */
export async function openInstalledFolder(
  job: ImageJob,
  scope: InstallScope,
): Promise<InstalledFolder> {
  const folder = await openWorkFolder(job.cacheFolder, await toInstallKey(job, scope))
  if (folder.installed !== undefined)
    return { ...folder, leftOut: JSON.parse(folder.installed) as readonly LeftOut[] }
  try {
    const { source, layout } = job
    await folder.lay(selectInstallInputs(source.entries, layout.all), source.read)
    const leftOut = hasPackages(layout, scope.scope)
      ? await installInto(folder.path, job, scope)
      : []
    await folder.markInstalled(JSON.stringify(leftOut))
    return { ...folder, leftOut }
  } catch (error) {
    await folder.close()
    throw error
  }
}

async function installInto(
  folder: string,
  job: ImageJob,
  scope: InstallScope,
): Promise<readonly LeftOut[]> {
  const packages = scope.scope === 'all' ? 'all packages' : 'production packages'
  const start = performance.now()
  const tellDone = (how: string): void => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    job.tell(`${how.replace('%', packages)} in ${seconds} s`)
  }
  const leftOut = await unpackPackages(job, folder, scope)
  if (leftOut === undefined) await installByManager(folder, job, scope)
  tellDone(
    leftOut === undefined
      ? `installed % with ${job.layout.manager}`
      : "unpacked % from npm's cache",
  )
  return leftOut ?? []
}

async function installByManager(
  folder: string,
  { layout, allowedScripts, isOffline }: ImageJob,
  scope: InstallScope,
): Promise<void> {
  const { app, used, all, manager, isWorkspace } = layout
  await install({
    folder,
    manager,
    named: all.find((each) => each.folder === '')?.packageJson.packageManager,
    ...scope,
    allowedScripts,
    isOffline,
    ...(isWorkspace
      ? {
          workspace: {
            folder: app.folder,
            name: app.packageJson.name ?? '',
            usedFolders: used.map((each) => each.folder),
          },
        }
      : {}),
  })
}
