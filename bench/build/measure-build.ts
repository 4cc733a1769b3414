import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BuildRig } from './rig.ts'
import type { BuildTool } from './tools.ts'

/** What was there before a build. */
export const SCENARIOS = ['cold', 'code changed', 'nothing changed'] as const

/** One of the scenarios; each follows on the one before. */
export type Scenario = (typeof SCENARIOS)[number]

/** What one build cost. */
export interface BuildCost {
  readonly scenario: Scenario
  readonly wallSeconds: number
  /** Of the tool and all its children. */
  readonly cpuSeconds: number
  /** What went to the registry, bodies and heads. */
  readonly pushedBytes: number
  /** The compressed layers of the image, its base among them. */
  readonly imageBytes: number
}

let changes = 0

/** Brings about the scenario, builds, and gives what that cost. Rejects when the image is not in the registry then. */
export async function measureBuild(
  rig: BuildRig,
  tool: BuildTool,
  scenario: Scenario,
): Promise<BuildCost> {
  if (scenario === 'cold') {
    tool.forget()
    await rig.empty()
  }
  if (scenario !== 'nothing changed') {
    changes += 1
    writeFileSync(join(tool.folder, 'src/change.ts'), `export const change = ${changes}\n`)
    execFileSync('git', ['commit', '--quiet', '--all', '--message', 'a change'], {
      cwd: tool.folder,
    })
  }
  const before = rig.sentBytes()
  const { wallSeconds, cpuSeconds } = await time(tool)
  return {
    scenario,
    wallSeconds,
    cpuSeconds,
    pushedBytes: rig.sentBytes() - before,
    imageBytes: rig.imageBytes(`${tool.image}:${toRevision(tool)}`),
  }
}

/** The shell's own clock counts the children that it waited for, and theirs. */
async function time(tool: BuildTool): Promise<{ wallSeconds: number; cpuSeconds: number }> {
  const script = `TIMEFORMAT='took %R %U %S'; time { ${tool.script}\n}`
  const NODE = process.execPath
  const child = spawn('bash', ['-c', `set -e; ${script}`], {
    cwd: tool.folder,
    env: { ...process.env, PATH: `${dirname(NODE)}:${process.env['PATH']}`, ...tool.env, NODE },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  const took = /^took ([\d.]+) ([\d.]+) ([\d.]+)$/m.exec(said)
  if (exitCode !== 0 || took === null) throw new Error(`${tool.title} failed:\n${said}`)
  return { wallSeconds: Number(took[1]), cpuSeconds: Number(took[2]) + Number(took[3]) }
}

function toRevision({ folder }: BuildTool): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim()
}
