import { init, job } from 'servicex'
import { answerCalls } from '../answer-calls.cjs'

init()
// A job is a unit of work with a trace, as a request is; its calls are spans of it.
void job('bench', () => {
  answerCalls()
  return new Promise(() => undefined)
})
