import type { Announcement } from '../apply/announce/announce.ts'
import type { DeployContext } from '../apply/deploy/deploy-context.ts'
import { toAnnounceTargets } from '../parse/announce-targets.ts'
import type { Project } from '../parse/project.ts'
import { readRegistryEnvironment } from '../parse/registry-environment.ts'
import type { Host } from '../report/terminal.ts'

/** What says who is told. */
export interface AnnouncementSource {
  readonly host: Host
  readonly project: Project
}

/** Gives who is told how a deploy ends, by the settings; says at once what of it cannot be used. */
export function toAnnouncement(
  { app, report }: Pick<DeployContext, 'app' | 'report'>,
  { host, project }: AnnouncementSource,
): Announcement {
  const targets = toAnnounceTargets(project.settings.announce ?? {}, app, host.env)
  for (const text of targets.problems) report({ type: 'warning', text })
  return { targets, proxy: readRegistryEnvironment(host.env).proxy }
}
