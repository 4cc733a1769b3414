/** Runs work when it is its turn. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>

/** Gives a limit that lets `count` works run side by side, the others after them in order. */
export function openLimit(count: number): Limit {
  const waiting: (() => void)[] = []
  let free = count
  const enter = async (): Promise<void> => {
    if (free > 0) {
      free -= 1
      return
    }
    await new Promise<void>((resolve) => void waiting.push(resolve))
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  return async (work) => {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
