// Adds to package-lock.json the binaries of other platforms that npm leaves out when a registry does
// not serve them; `npm ci` refuses a lock file without them. `node scripts/complete-lockfile.ts`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  completeLockfile,
  type Lockfile,
  missingPlatforms,
} from '../tooling/plan/new/complete-lockfile.ts'

const file = join(import.meta.dirname, '../package-lock.json')
const lockfile = JSON.parse(readFileSync(file, 'utf8')) as Lockfile
for (const { path, version } of missingPlatforms(lockfile)) console.log(`${path} ${version}`)
writeFileSync(file, `${JSON.stringify(completeLockfile(lockfile), null, 2)}\n`)
