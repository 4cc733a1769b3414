/** A length of time: `'800ms'`, `'2s'`, `'5m'`, or milliseconds. */
export type Duration = number | `${number}${'ms' | 's' | 'm'}`

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }

/** Gives the milliseconds of a duration; `undefined` for what is none: it is whole, positive and below 2³¹. */
export function toMilliseconds(duration: Duration): number | undefined {
  const [, amount, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(String(duration)) ?? []
  if (amount === undefined || (typeof duration === 'string' && !/[ms]$/.test(duration)))
    return undefined
  const milliseconds = Math.round(Number(amount) * (UNIT_MS[unit] ?? 1))
  return milliseconds >= 1 && milliseconds < 2 ** 31 ? milliseconds : undefined
}
