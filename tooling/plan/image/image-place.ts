import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Settings } from '../../parse/settings.ts'

/** What an app is built on when nothing else is said: the newest line of Node with long-term support, on Debian without what only builds need. */
export const DEFAULT_BASE_IMAGE = 'docker.io/library/node:24-slim'

/** Gives the name of the image of an app at a revision: `registry.acme.example/apps/billing:3fa1c2e…`. Throws SERVICEX_SETTINGS_INVALID without a registry. */
export function toImageName({ registry }: Settings, app: string, revision: string): string {
  if (registry === undefined)
    throw new ServicexError('SERVICEX_SETTINGS_INVALID', {
      summary: 'no registry is named: there is nowhere to push the image to',
      fix: 'set "servicex": { "registry": "registry.example/apps" } in package.json or its preset, or use --output or --load',
    })
  return `${registry}/${app}:${revision}`
}

/** Gives the tag of what differs from a commit. It is never a plain hash, so nobody takes it for the commit. */
export function toDirtyRevision(revision: string, dirtyName: string): string {
  return `${revision}-dirty-${dirtyName}`
}
