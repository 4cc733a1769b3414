// What a service logs at the end of a unit of work: some numbers, some words, an object in an object.

exports.MESSAGE = 'order placed'

let count = 0

exports.nextEntry = () => {
  count += 1
  return {
    order: { id: `o-${count}`, total: 129.9, currency: 'EUR', items: ['sku-1001', 'sku-1002'] },
    customer: { id: 4711, name: 'Ada Lovelace', plan: 'team', password: 'hunter2' },
    duration_ms: 12.25,
    attempt: 1,
    cached: false,
    url: 'https://users.internal/users/4711?fields=name,plan',
  }
}
