import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChangeEvent } from '../../tooling/plan/dev/api.ts'
import { changes, isPaused } from './live.ts'

/** What came of asking the API. */
export interface Answer<Data> {
  readonly data: Data | undefined
  /** It knows nothing of the kind, or could not be asked. */
  readonly problem: 'missing' | 'failed' | undefined
}

/** So often at most is one thing asked for again. */
const MIN_INTERVAL_MS = 400

/**
 * Asks the API for `path`, and again whenever one of `parts` has changed. What is shown stays until
 * the next answer is here.
 */
export function useQuery<Data>(path: string, parts: readonly (keyof ChangeEvent)[]): Answer<Data> {
  const [answer, setAnswer] = useState<Answer<Data> & { path: string }>({ ...EMPTY, path })
  const asked = useRef('')
  // Before the first paint, not after it: the answer is on its way while the frame of the page is drawn.
  useLayoutEffect(() => {
    const follower = new Follower(path, parts, (text, problem) => {
      if (text === asked.current) return
      asked.current = text
      const data = problem === undefined ? (JSON.parse(text) as Data) : undefined
      setAnswer({ data, problem, path })
    })
    return () => follower.close()
  }, [path])
  // The answer to another question about the same list stays until this one is answered.
  return answer.path.split('?')[0] === path.split('?')[0] ? answer : EMPTY
}

const EMPTY = { data: undefined, problem: undefined } as const

type OnText = (text: string, problem: Answer<unknown>['problem']) => void

/** Asks now, and again after changes. */
class Follower {
  readonly #path: string
  readonly #parts: readonly (keyof ChangeEvent)[]
  readonly #onText: OnText
  readonly #abort = new AbortController()
  readonly #unfollow: () => void
  #timer = 0
  #isAsking = false
  #seen = ''

  constructor(path: string, parts: readonly (keyof ChangeEvent)[], onText: OnText) {
    this.#path = path
    this.#parts = parts
    this.#onText = onText
    const unfollow = [changes.follow(() => this.#changed()), isPaused.follow(() => this.#changed())]
    this.#unfollow = () => unfollow.forEach((stop) => stop())
    void this.#ask()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#unfollow()
    this.#abort.abort()
  }

  #state(): string {
    const change = changes.read()
    return this.#parts.map((part) => change[part]).join()
  }

  #changed(): void {
    if (isPaused.read() || this.#isAsking || this.#timer !== 0 || this.#seen === this.#state())
      return
    this.#timer = setTimeout(() => {
      this.#timer = 0
      void this.#ask()
    }, MIN_INTERVAL_MS)
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    this.#seen = this.#state()
    try {
      const response = await fetch(this.#path, { signal: this.#abort.signal })
      const text = await response.text()
      if (response.ok) this.#onText(text, undefined)
      else
        this.#onText(
          `${response.status} ${this.#path}`,
          response.status === 404 ? 'missing' : 'failed',
        )
    } catch {
      // Another question took its place, or the server has gone: the foot of the page says so.
    } finally {
      this.#isAsking = false
      if (!this.#abort.signal.aborted) this.#changed()
    }
  }
}
