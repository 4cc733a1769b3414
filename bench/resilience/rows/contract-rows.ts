import { GOLDEN_PAIRS, toLine } from '../../../test/tooling/plan/compatibility/golden-pairs.ts'
import type { GoldenPair } from '../../../test/tooling/plan/compatibility/golden-pair.ts'
import {
  DIFFERENT_FROM_OASDIFF,
  OASDIFF_LEVELS,
} from '../../../test/tooling/plan/compatibility/oasdiff-levels.ts'
import { toSnapshot } from '../../../test/tooling/plan/compatibility/sample-snapshot.ts'
import { diff } from '../../../tooling/plan/compatibility/diff.ts'
import { measureImport } from '../../types/measure-import.ts'
import { measureTypes } from '../../types/measure-types.ts'
import { openRig } from '../../types/open-rig.ts'
import { type Rig, RIGS } from '../../types/rigs.ts'
import type { Row } from '../row.ts'

const OPERATIONS = 300
const FEW = 3
const ROUNDS = 15

/** Which client of `npm run bench:types` a system's is. */
const RIG_OF: Readonly<Record<string, string>> = {
  servicex: 'servicex, generated',
  'ts-rest + fetch': 'ts-rest',
  'oRPC + retry': 'oRPC',
}

/** Rows of the table that are about the contract and what comes of it; only who has one has them. */
export const CONTRACT_ROWS: readonly Row[] = [
  {
    number: 31,
    fault: 'a client of 300 operations is checked and imported',
    needs: 'an operation ≤ 5 instantiations and ≤ 10 types; its import ≤ 5 ms of CPU',
    measure({ system }) {
      const rig = RIGS.find(({ name }) => name === RIG_OF[system.name])
      if (rig === undefined) return Promise.resolve({ figures: 'no contract', holds: false })
      const few = costOf(rig, FEW)
      const many = costOf(rig, OPERATIONS)
      const each = (what: 'instantiations' | 'types'): number =>
        Math.max(0, (many[what] - few[what]) / (OPERATIONS - FEW))
      const [instantiations, types] = [each('instantiations'), each('types')]
      return Promise.resolve({
        figures: `${instantiations.toFixed(1)} instantiations, ${types.toFixed(1)} types, import ${many.importMs.toFixed(1)} ms`,
        holds: instantiations <= 5 && types <= 10 && many.importMs <= 5,
      })
    },
  },
  {
    number: 32,
    only: 'servicex',
    fault: 'a contract changes: pairs of snapshots, before and after',
    needs:
      'the verdict on each of ≥ 60 pairs is the one on record, which is that of oasdiff or a listed difference',
    measure() {
      const wrong = GOLDEN_PAIRS.filter(({ before, after, used, findings }) => {
        const found = diff(toSnapshot(before), toSnapshot(after), used)
        return found.map(toLine).join() !== findings.join()
      })
      const rulesOf = ({ findings }: GoldenPair): readonly string[] =>
        findings.map((finding) => finding.split(' ')[1] ?? '')
      const judged = GOLDEN_PAIRS.filter((pair) =>
        rulesOf(pair).some((rule) => OASDIFF_LEVELS[rule] !== undefined),
      )
      const different = judged.filter((pair) =>
        rulesOf(pair).some((rule) => DIFFERENT_FROM_OASDIFF.includes(rule)),
      )
      return Promise.resolve({
        figures: `${GOLDEN_PAIRS.length} pairs, ${wrong.length} otherwise; ${judged.length} judged by oasdiff's rules as well, ${different.length} of them otherwise, all listed`,
        holds: judged.length >= 60 && wrong.length === 0,
      })
    },
  },
]

function costOf(
  rig: Rig,
  operations: number,
): { readonly instantiations: number; readonly types: number; readonly importMs: number } {
  const opened = openRig(rig, operations)
  try {
    const { instantiations, types } = measureTypes(opened.folder, 'TypeScript 7.0')
    const importMs =
      operations === OPERATIONS ? measureImport(opened.folder, rig.entry, ROUNDS).ownCpuMs : 0
    return { instantiations, types, importMs }
  } finally {
    opened.close()
  }
}
