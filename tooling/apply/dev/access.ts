import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Target } from '../../plan/dev/guard.ts'
import type { Reply } from './reply.ts'

/** Who may look: whoever has the token of the printed address. */
export interface Access {
  readonly token: string
  /** Says whether a request carries the token: as a cookie, or as `Authorization: Bearer`. */
  isAllowed(request: IncomingMessage): boolean
  /** Gives what turns the token of an address into a cookie, and the address into one without it. */
  toEntry(target: Target): Reply | undefined
}

/** Makes the access of one session. Cookies are shared by all ports of a machine: the name carries ours. */
export function toAccess(token: string, readPort: () => number): Access {
  const cookieName = (): string => `servicex_dev_${readPort()}`
  const isToken = (given: string | undefined | null): boolean =>
    typeof given === 'string' && timingSafeEqual(toDigest(given), toDigest(token))
  return {
    token,
    isAllowed({ headers }) {
      const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
      return isToken(bearer) || isToken(readCookie(headers.cookie ?? '', cookieName()))
    },
    toEntry({ path, query }) {
      if (!isToken(query.get('token'))) return undefined
      const rest = new URLSearchParams(query)
      rest.delete('token')
      const search = rest.size === 0 ? '' : `?${rest.toString()}`
      return {
        status: 303,
        headers: {
          location: path + search,
          'set-cookie': `${cookieName()}=${token}; Path=/; HttpOnly; SameSite=Strict`,
        },
      }
    },
  }
}

/** Gives a new token, 128 bits. */
export function makeToken(): string {
  return randomBytes(16).toString('hex')
}

function readCookie(header: string, name: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** Digests have one length, which a comparison in constant time needs. */
function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
