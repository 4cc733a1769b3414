import { currentScope } from '../context/scope.ts'
import { patchMethod } from './prototype-patch.ts'

type Handler = (this: unknown, ...args: unknown[]) => unknown

interface KafkaConsumer {
  run?: (config?: RunConfig) => unknown
}

interface RunConfig {
  eachMessage?: Handler | null
  eachBatch?: Handler | null
}

/**
 * Notes what a kafkajs handler throws as the failure of its message: OpenTelemetry's instrumentation
 * keeps only the text of it, and kafkajs tries again without a word to the app.
 */
export function observeKafkajs(exported: unknown): void {
  const { Kafka } = (exported ?? {}) as { Kafka?: { prototype: unknown } }
  patchMethod(Kafka?.prototype, 'consumer', (original) => {
    return function consumer(this: unknown, ...args: unknown[]) {
      const made = original.apply(this, args) as KafkaConsumer
      const { run } = made
      if (run !== undefined) made.run = (config) => run.call(made, withNotedHandlers(config))
      return made
    }
  })
}

function withNotedHandlers(config: RunConfig = {}): RunConfig {
  const { eachMessage, eachBatch } = config
  return {
    ...config,
    ...(typeof eachMessage === 'function' ? { eachMessage: noted(eachMessage) } : {}),
    ...(typeof eachBatch === 'function' ? { eachBatch: noted(eachBatch) } : {}),
  }
}

/**
 * Notes what an amqplib consumer throws as the failure of its message; its instrumentation sees only
 * that it was refused. Without acknowledgements, a message ends with its handler and not before.
 */
export function observeAmqplib(exported: unknown): void {
  const { Channel } = (exported ?? {}) as { Channel?: { prototype: unknown } }
  patchMethod(Channel?.prototype, 'consume', (original) => {
    return function consume(
      this: unknown,
      queue: unknown,
      onMessage: unknown,
      options?: { noAck?: boolean },
      ...rest: unknown[]
    ) {
      if (typeof onMessage !== 'function')
        return original.call(this, queue, onMessage, options, ...rest)
      const handler = noted(onMessage as Handler)
      return original.call(
        this,
        queue,
        options?.noAck === true ? whole(handler) : handler,
        options,
        ...rest,
      )
    }
  })
}

/** The same handler, whose failure is that of the running job as well. What it throws goes on. */
function noted(handler: Handler): Handler {
  return function notedHandler(this: unknown, ...args) {
    const input = currentScope()?.input
    const fail = (error: unknown): void => input?.fail(error)
    try {
      const result = handler.apply(this, args)
      if (result instanceof Promise) result.catch(fail)
      return result
    } catch (error) {
      fail(error)
      throw error
    }
  }
}

/** The same handler, until whose end the running job is held open, whoever ends it earlier. */
function whole(handler: Handler): Handler {
  return function wholeHandler(this: unknown, ...args) {
    const input = currentScope()?.input
    const result = handler.apply(this, args)
    if (input !== undefined && result instanceof Promise) {
      input.end = () => undefined
      const finish = (): void => input.finish()
      result.then(finish, finish)
    }
    return result
  }
}
