import { test } from 'vitest'
import { counter, gauge, histogram } from '../../src/index.ts'

const plain = counter('a_total', { help: 'x' })
const orders = counter('orders_total', { help: 'x', labels: ['kind', 'paid'] })
const queue = gauge('queue', { help: 'x', labels: ['queue'] })
const wait = histogram('wait_seconds', { help: 'x', buckets: [1, 2] })

test('a metric takes its own labels, all of them, and no others', () => {
  orders.inc({ kind: 'new', paid: true })
  orders.inc({ kind: 'new', paid: true }, 2)
  queue.set({ queue: 'a' }, 1)
  // @ts-expect-error -- a label is absent
  orders.inc({ kind: 'new' })
  // @ts-expect-error -- no such label
  orders.inc({ kind: 'new', paid: true, other: 1 })
  // @ts-expect-error -- labels are absent
  orders.inc()
  // @ts-expect-error -- labels are absent
  queue.set(1)
})

test('a metric without labels takes a value', () => {
  plain.inc()
  plain.inc(2)
  wait.observe(0.5)
  // @ts-expect-error -- it has no labels
  plain.inc({ kind: 'new' })
  // @ts-expect-error -- a value is a number
  wait.observe('0.5')
  // @ts-expect-error -- a value is needed
  wait.observe()
})

test('a metric needs a help text; only a histogram has buckets', () => {
  // @ts-expect-error -- no help
  counter('b_total', {})
  // @ts-expect-error -- no buckets
  gauge('b', { help: 'x', buckets: [1] })
})
