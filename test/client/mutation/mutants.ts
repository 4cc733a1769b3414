/** A way to break the policies, and the tests that must notice. */
export interface Mutant {
  readonly name: string
  /** The source, from the repo's root. */
  readonly file: string
  /** What stands there, and what stands there in the mutant. */
  readonly from: string
  readonly to: string
  /** The test file that goes red, and which of its tests, when not all are worth their time. */
  readonly test: string
  readonly only?: string
  /** Part of every run of the tests; the others take `npm run test:mutation`. */
  readonly always?: true
}

const POLICIES = 'src/client/policies'
const TESTS = 'test/client/policies'

/** One mutant for each thing that calls rest on. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no budget',
    file: `${POLICIES}/retry-budget.ts`,
    from: 'if (this.#retries.total(now) + 1 > granted) return false',
    to: '',
    test: `${TESTS}/retry-budget.test.ts`,
    always: true,
  },
  {
    name: 'no jitter of waits',
    file: `${POLICIES}/backoff.ts`,
    from: 'random() * Math.min',
    to: '(random(), 1) * Math.min',
    test: `${TESTS}/retry.test.ts`,
    always: true,
  },
  {
    name: 'no ejection',
    file: `${POLICIES}/ejection.ts`,
    from: 'return isEnough && this.#eject(now)',
    to: 'return isEnough && false',
    test: `${TESTS}/endpoints.test.ts`,
    always: true,
  },
  {
    name: 'no deadline of the body',
    file: 'src/client/call/reply-handler.ts',
    from: 'this.#headers = headers\n',
    to: 'this.#headers = headers; clearTimeout(this.#timer)\n',
    test: 'test/client/call/hostile-replies.test.ts',
    only: 'drip|byte',
    always: true,
  },
  {
    name: 'no Retry-After',
    file: `${POLICIES}/retry.ts`,
    from: 'asked === undefined ? ownMs : toAskedWaitMs(asked, timing.random)',
    to: '(toAskedWaitMs(asked ?? 0, timing.random), ownMs)',
    test: `${TESTS}/retry.test.ts`,
    always: true,
  },
  {
    name: 'no single flight of lookups',
    file: `${POLICIES}/address-book.ts`,
    from: 'this.#underWay ??= this.#ask()',
    to: 'this.#underWay = this.#ask()',
    test: `${TESTS}/address-book.test.ts`,
    always: true,
  },
  {
    name: 'no last answer when lookups fail',
    file: `${POLICIES}/address-book.ts`,
    from: 'now - this.#confirmedAtMs > STALE_MS',
    to: 'now >= this.#dueAtMs',
    test: `${TESTS}/address-book.test.ts`,
  },
  {
    name: 'no panic',
    file: `${POLICIES}/endpoint-pool.ts`,
    from: 'const PANIC_SHARE = 0.5',
    to: 'const PANIC_SHARE = 1',
    test: `${TESTS}/endpoints.test.ts`,
  },
  {
    name: 'a retry goes where the first went',
    file: `${POLICIES}/endpoint-pool.ts`,
    from: 'tried.size === 0 ? endpoints : endpoints.filter',
    to: 'tried.size >= 0 ? endpoints : endpoints.filter',
    test: `${TESTS}/endpoints.test.ts`,
  },
  {
    name: 'no pushback',
    file: `${POLICIES}/retry.ts`,
    from: 'outcome.pushbackMs < 0',
    to: 'outcome.pushbackMs < -1',
    test: `${TESTS}/retry.test.ts`,
  },
  {
    name: 'a POST is repeated',
    file: `${POLICIES}/retry-class.ts`,
    from: '|| !repeatable ||',
    to: '||',
    test: `${TESTS}/retry.test.ts`,
  },
  {
    name: 'no forced probe',
    file: `${POLICIES}/throttle.ts`,
    from: 'share > 0 && !isProbe &&',
    to: 'share > 0 && (!isProbe || true) &&',
    test: `${TESTS}/admission.test.ts`,
  },
  {
    name: 'successes do not end an outage',
    file: `${POLICIES}/throttle.ts`,
    from: 'const STREAK = 5',
    to: 'const STREAK = 5000',
    test: `${TESTS}/admission.test.ts`,
  },
  {
    name: 'no bulkhead',
    file: `${POLICIES}/bulkhead.ts`,
    from: 'this.#inFlight >= this.#limit',
    to: 'this.#inFlight > this.#limit * 9',
    test: `${TESTS}/admission.test.ts`,
  },
  {
    name: 'attempts take all of the time',
    file: `${POLICIES}/retry.ts`,
    from: 'Math.min(call.deadlineAtMs, timing.now() + shareMs)',
    to: 'Math.max(call.deadlineAtMs, timing.now() + shareMs)',
    test: `${TESTS}/retry.test.ts`,
  },
  {
    name: 'a slow pod is as good as a fast one',
    file: `${POLICIES}/endpoint-pool.ts`,
    from: 'ratio > SLOW_RATIO ? ratio : 1',
    to: 'ratio > SLOW_RATIO ? 1 : 1',
    test: `${TESTS}/endpoints.test.ts`,
  },
]
