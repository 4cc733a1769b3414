import type { Check } from '../../../src/convention/doctor.ts'
import { toImageReference } from '../../parse/image-reference.ts'
import type { Settings } from '../../parse/settings.ts'
import { openProjectClient } from '../registry/open-project-client.ts'
import { toFailedCheck } from './finding.ts'

/** A tag that no image has: asking for it needs the login, and finds nothing. */
const NO_TAG = 'kube-doctor'

/** Asks the registry for an image, as a push would first. */
export async function checkRegistry(
  name: string,
  settings: Settings,
  env: NodeJS.ProcessEnv,
): Promise<readonly Check[]> {
  const { registry } = settings
  const check = { category: 'registry', name: registry ?? 'registry' } as const
  if (registry === undefined)
    return [
      {
        ...check,
        status: 'warn',
        message: 'nothing says where images go',
        fix: "set registry in package.json#servicex, or in the company's preset",
      },
    ]
  const client = openProjectClient(settings, env)
  try {
    await client.resolve(toImageReference(`${registry}/${name}:${NO_TAG}`))
    return [{ ...check, status: 'pass', message: 'answers, and lets us look' }]
  } catch (error) {
    return [toFailedCheck(check, error)]
  } finally {
    client.close()
  }
}
