import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's young generation at its first size. Telemetry is short-lived garbage: with room to grow, the
 * process took 186 MB for rings that hold 34 MB; without, 122 MB, at the same speed (Node 24.21).
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
