import { init, job, log } from 'servicex'
import { answerLines } from '../answer-lines.cjs'
import { MESSAGE, nextEntry } from '../entry.cjs'

init()
// A job is a unit of work with a trace, as a request is; it never ends, so it writes no line of its own.
void job('bench', () => {
  answerLines(() => log.info(nextEntry(), MESSAGE))
  return new Promise(() => undefined)
})
