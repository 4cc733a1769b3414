import { readFileSync } from 'node:fs'
import type { Check } from '../convention/doctor.ts'
import { toNpmProblem } from '../lifecycle/process-place.ts'

const PACKAGE_MANAGER = /(?:^|[/\s])(?:npm|npx|yarn|pnpm)(?:-cli\.js|\.c?js)?(?:\s|$)/
const SHELL = /(?:^|\/)(?:ba|da|a|z)?sh(?:\s|$)/

/** Looks at what stands between the platform's signals and the service. */
export function checkProcess(first: string | null = readFirstProcess()): Check[] {
  const about = { category: 'process', name: 'PID 1' } as const
  if (first === null) return [{ ...about, status: 'pass', message: 'is not known on this system' }]
  const problem = PACKAGE_MANAGER.test(first) ? toNpmProblem(first) : undefined
  if (problem !== undefined) return [{ ...about, status: 'warn', ...problem }]
  if (SHELL.test(first.split(' ', 1)[0] ?? ''))
    return [
      {
        ...about,
        status: 'warn',
        message: `is a shell (${first}): it passes no SIGTERM on, and requests are cut`,
        fix: 'write the command as a list: CMD ["node", "dist/app.js"]',
      },
    ]
  const isNode = /(?:^|\/)node(?:\s|$)/.test(first)
  const message = isNode
    ? 'is node: servicex drains on its SIGTERM'
    : `is ${first.split(' ', 1)[0]}`
  return [{ ...about, status: 'pass', message }]
}

/** Gives the command of the first process of this container or machine; `null` where there is no /proc. */
function readFirstProcess(): string | null {
  try {
    return readFileSync('/proc/1/cmdline', 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return null
  }
}
