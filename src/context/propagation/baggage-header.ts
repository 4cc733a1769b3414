import { PROPAGATION_LIMITS } from '../../convention/propagation.ts'
import { isPrintable } from './trace-parent.ts'

/**
 * Gives the part of a caller's `baggage` header that is passed on: whole members, in order, up to
 * 64 members and 8192 bytes; `undefined` when there is none. Never throws.
 */
export function acceptBaggage(header: unknown): string | undefined {
  const text = Array.isArray(header) ? header.join(',') : header
  if (typeof text !== 'string' || text === '' || !isPrintable(text)) return undefined
  const { baggageBytes, baggageMembers } = PROPAGATION_LIMITS
  if (text.length <= baggageBytes && countMembers(text) <= baggageMembers) return text
  return firstMembers(text)
}

function countMembers(text: string): number {
  let members = 1
  for (let at = text.indexOf(','); at !== -1; at = text.indexOf(',', at + 1)) members += 1
  return members
}

function firstMembers(text: string): string | undefined {
  let end = 0
  for (let members = 0; members < PROPAGATION_LIMITS.baggageMembers; members += 1) {
    const comma = text.indexOf(',', end === 0 ? 0 : end + 1)
    const next = comma === -1 ? text.length : comma
    if (next > PROPAGATION_LIMITS.baggageBytes) break
    end = next
    if (comma === -1) break
  }
  return end === 0 ? undefined : text.slice(0, end)
}
