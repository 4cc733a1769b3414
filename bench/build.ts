/**
 * `npm run bench:build`: what an image of two services costs with `kube build`, beside buildah with a multi-stage
 * Dockerfile and beside containerify, each in a folder and under a name of its own, on one registry.
 * Needs Debian's docker-registry, skopeo and buildah, and root. `--rounds 3`, `--quick` for one.
 */
import { parseArgs } from 'node:util'
import { describeBuilds } from './build/describe-builds.ts'
import { type BuildCost, measureBuild, SCENARIOS } from './build/measure-build.ts'
import { openBuildRig } from './build/rig.ts'
import { SUBJECTS } from './build/subjects.ts'
import { toTools } from './build/tools.ts'
import { describeRun } from './measure/report.ts'
import { runRounds } from './measure/rounds.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5))
console.log(`# An image\n\n${describeRun(rounds)}`)
for (const subject of SUBJECTS) {
  const rig = await openBuildRig(subject)
  try {
    const tools = toTools(rig)
    const costs = new Map(tools.map((tool) => [tool.title, [] as BuildCost[]]))
    await runRounds(`build ${subject.name}`, rounds, tools, async (tool) => {
      for (const scenario of SCENARIOS)
        costs.get(tool.title)?.push(await measureBuild(rig, tool, scenario))
    })
    console.log(`\n## ${subject.title}\n\n${describeBuilds(costs)}`)
  } finally {
    await rig.close()
  }
}
