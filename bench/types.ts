/**
 * `npm run bench:types`: what a client of 300 operations costs those who use it, by library: the type
 * checker, and the process that imports it. `--quick` for fewer rounds. Fails when a budget of
 * servicex's own is not kept.
 */
import { parseArgs } from 'node:util'
import { describeRun, toBudgetTable, toFixed, toTable } from './measure/report.ts'
import { type ImportCost, measureImport } from './types/measure-import.ts'
import { type Compiler, COMPILERS, measureTypes, type TypeCost } from './types/measure-types.ts'
import { openRig } from './types/open-rig.ts'
import { type Rig, RIGS } from './types/rigs.ts'

const OPERATIONS = 300
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const rounds = values.quick ? 5 : 15

interface Measured {
  readonly rig: Rig
  readonly types: Readonly<Record<Compiler, TypeCost>>
  /** The same program with one operation: what the library and the consumer's own code cost. */
  readonly least: TypeCost
  readonly imported: ImportCost
}

function measure(rig: Rig): Measured {
  process.stderr.write(`${rig.name}\n`)
  const small = openRig(rig, 3)
  const least = measureTypes(small.folder, 'TypeScript 7.0')
  small.close()
  const opened = openRig(rig, OPERATIONS)
  try {
    const compilers = Object.keys(COMPILERS) as Compiler[]
    const types = Object.fromEntries(
      compilers.map((compiler) => [compiler, measureTypes(opened.folder, compiler)]),
    ) as Measured['types']
    return { rig, types, least, imported: measureImport(opened.folder, rig.entry, rounds) }
  } finally {
    opened.close()
  }
}

const measured = RIGS.map(measure)
const [ours] = measured
const perOperation = ({ types, least }: Measured): number =>
  (types['TypeScript 7.0'].instantiations - least.instantiations) / (OPERATIONS - 3)

const table = toTable<Measured>(
  [
    { head: `a client of ${OPERATIONS} operations`, toCell: ({ rig }) => rig.name },
    {
      head: 'instantiations',
      toCell: ({ types }) => toFixed(types['TypeScript 7.0'].instantiations),
    },
    { head: 'an operation', toCell: (row) => toFixed(perOperation(row), 1) },
    { head: 'tsc 5.9, s', toCell: ({ types }) => toFixed(types['TypeScript 5.9'].seconds, 1) },
    { head: 'MB', toCell: ({ types }) => toFixed(types['TypeScript 5.9'].memoryMb) },
    { head: 'tsc 7.0, s', toCell: ({ types }) => toFixed(types['TypeScript 7.0'].seconds, 1) },
    { head: 'import, CPU ms', toCell: ({ imported }) => toFixed(imported.cpuMs, 1) },
    { head: 'of its own', toCell: ({ imported }) => toFixed(imported.ownCpuMs, 1) },
    { head: 'checks replies', toCell: ({ rig }) => (rig.isChecked ? 'yes' : '') },
  ],
  measured,
)
const budgets = toBudgetTable([
  { what: 'instantiations an operation', limit: 5, measured: ours && perOperation(ours) },
  { what: 'import of the generated client, CPU ms', limit: 5, measured: ours?.imported.ownCpuMs },
])
console.log(`# Typed clients\n\n${describeRun(rounds)}\n\n${table}\n\n${budgets}`)
