import type { ClientCall } from '../call/policy.ts'

const originals = new WeakMap<ClientCall, ClientCall>()

/** Gives a call that differs in its signal and is the same call to every other policy. */
export function withSignal(call: ClientCall, signal: AbortSignal): ClientCall {
  const both = call.signal === undefined ? signal : AbortSignal.any([call.signal, signal])
  const copy = { ...call, signal: both }
  originals.set(copy, toOriginal(call))
  return copy
}

/** Gives the call that a copy was made of; any other is its own. */
export function toOriginal(call: ClientCall): ClientCall {
  return originals.get(call) ?? call
}
