/**
 * `npm run bench:log`: what a line costs the process that writes it, beside pino's own and winston's.
 * `--quick` for a first look. Fails when lines are missing or are not what a logger claims to write.
 */
import { parseArgs } from 'node:util'
import { assertLines } from './log/assert-lines.ts'
import { describeLines } from './log/describe-lines.ts'
import { LOGGERS } from './log/loggers.ts'
import { type Destination, measureLines, openWriter, type Writer } from './log/measure-lines.ts'
import { describeRun } from './measure/report.ts'
import { runRounds } from './measure/rounds.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const [rounds, lines] = values.quick ? [3, 5_000] : [10, 20_000]
const writers: Writer[] = []

try {
  for (const logger of LOGGERS)
    for (const destination of ['/dev/null', 'pipe'] satisfies Destination[])
      writers.push(await openWriter(logger, destination))
  const costs = new Map<Writer, number[]>(writers.map((writer) => [writer, []]))
  for (const writer of writers) await measureLines(writer, lines)
  await runRounds('log', rounds, writers, async (writer) => {
    costs.get(writer)?.push(await measureLines(writer, lines))
  })
  for (const writer of writers)
    if (writer.destination === 'pipe') await assertLines(writer, lines * (rounds + 1))
  console.log(`# A line\n\n${describeRun(rounds)}\n\n${describeLines(costs)}`)
} finally {
  await Promise.all(writers.map(({ close }) => close()))
}
