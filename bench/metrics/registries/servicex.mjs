import { counter, histogram, init, job } from 'servicex'
import { tellReady } from '../../measure/answers.cjs'
import { COUNTER, fill, HISTOGRAM } from '../fill.cjs'

const { adminPort } = init()
const seconds = histogram(HISTOGRAM.name, HISTOGRAM)
const orders = counter(COUNTER.name, COUNTER)

// Within a unit of work, as in a service: then each bucket has an exemplar.
job('fill', () =>
  fill(Number(process.argv[2]), {
    observe: (labels, value) => seconds.observe(labels, value),
    count: (labels) => orders.inc(labels),
  }),
)
tellReady({ port: await adminPort })
