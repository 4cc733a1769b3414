import { EVENT_STREAM_TYPE } from '../../convention/contract-wire.ts'
import type { OperationPlan } from '../../convention/service-plan.ts'
import type { ReplyHeaders } from './policy.ts'
import { headerOf } from './problem.ts'
import type { WireRequest } from './wire.ts'

const never: WireRequest['streams'] = () => false

/** Gives the test for replies whose body is handed over as it comes: a file, or events, as the operation declares. */
export function streams({ ok }: OperationPlan): WireRequest['streams'] {
  if (ok.kind !== 'file' && ok.kind !== 'events') return never
  return (status, headers) =>
    status === ok.status &&
    isPlain(headers) &&
    (ok.kind === 'file' || (headerOf(headers, 'content-type') ?? '').startsWith(EVENT_STREAM_TYPE))
}

function isPlain(headers: ReplyHeaders): boolean {
  const encoding = headerOf(headers, 'content-encoding')
  return encoding === undefined || encoding === 'identity'
}
