import { onTestFinished } from 'vitest'
import { type Recording, recordSignals } from '../../src/testing/index.ts'

/** Records what the running test does, to its end. */
export function record(): Recording {
  const recording = recordSignals()
  onTestFinished(() => recording.stop())
  return recording
}
