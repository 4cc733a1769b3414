import { selectInstallInputs } from '../../plan/image/install-inputs.ts'
import { install } from './install.ts'
import type { ImageJob } from './image-job.ts'
import { type InstallScope, toInstallKey } from './install-key.ts'
import { hasPackages } from './read-layout.ts'
import { openWorkFolder, type WorkFolder } from './work-folder.ts'

/**
 * Opens a folder in which the packages of a scope are installed; it holds nothing else of the commit
 * but manifests. The developer's own node_modules is not looked at. Must be closed.
 */
export async function openInstalledFolder(job: ImageJob, scope: InstallScope): Promise<WorkFolder> {
  const folder = await openWorkFolder(job.cacheFolder, await toInstallKey(job, scope))
  if (folder.isInstalled) return folder
  try {
    const { source, layout } = job
    await folder.lay(selectInstallInputs(source.entries, layout.all), source.read)
    if (hasPackages(layout, scope.scope)) await installInto(folder.path, job, scope)
    await folder.markInstalled()
    return folder
  } catch (error) {
    await folder.close()
    throw error
  }
}

async function installInto(
  folder: string,
  { layout, allowedScripts, isOffline, tell }: ImageJob,
  scope: InstallScope,
): Promise<void> {
  const { app, used, all, manager, isWorkspace } = layout
  const packages = scope.scope === 'all' ? 'all packages' : 'production packages'
  const start = performance.now()
  await install({
    folder,
    manager,
    named: all.find(({ folder }) => folder === '')?.packageJson.packageManager,
    ...scope,
    allowedScripts,
    isOffline,
    ...(isWorkspace
      ? {
          workspace: {
            folder: app.folder,
            name: app.packageJson.name ?? '',
            usedFolders: used.map(({ folder }) => folder),
          },
        }
      : {}),
  })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  tell(`installed ${packages} with ${manager} in ${seconds} s`)
}
