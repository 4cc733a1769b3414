/** Gives what `promise` resolves with, or `'late'` after `budgetMs`. Rejects when the promise does in time. */
export async function within<Value>(
  budgetMs: number,
  promise: Promise<Value>,
): Promise<Value | 'late'> {
  const timeout = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => timeout.resolve('late'), budgetMs)
  try {
    return await Promise.race([promise, timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}
