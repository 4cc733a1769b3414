const PATCHED = Symbol.for('servicex.patched')

type Method = ((this: unknown, ...args: never[]) => unknown) & { [PATCHED]?: true }

/** Replaces a method of a prototype once; `wrap` is given the original. Says whether the method was there. */
export function patchMethod(
  prototype: unknown,
  name: string,
  wrap: (original: (...args: unknown[]) => unknown) => (...args: never[]) => unknown,
): boolean {
  const target = prototype as Record<string, Method | undefined> | undefined
  const original = target?.[name]
  if (target === undefined || typeof original !== 'function') return false
  if (original[PATCHED] === true) return true
  const patched = wrap(original as (...args: unknown[]) => unknown) as Method
  patched[PATCHED] = true
  target[name] = patched
  return true
}
