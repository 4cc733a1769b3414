import { readFile } from 'node:fs/promises'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { ClusterAccess } from '../../parse/kubeconfig/cluster-access.ts'
import { type ExecCredential, readExecCredential } from './exec-credentials.ts'

/** Who a request is made as. */
export interface Identity {
  readonly authorization?: string
  readonly cert?: string
  readonly key?: string
}

/** Gives who requests are made as, as long as it is valid. */
export interface IdentitySource {
  /** `isRefused`: what was given last was answered with 401. */
  read(isRefused?: boolean): Promise<Identity>
}

/** A credential that expires within this is renewed. */
const MARGIN_MS = 10_000

/** Opens the source of identities for a cluster: a plugin runs when it is first needed, and again when its credential ends. */
export function openIdentities(
  access: ClusterAccess,
  env: Readonly<Record<string, string | undefined>>,
): IdentitySource {
  let cached: Promise<ExecCredential> | undefined
  const { credentials } = access
  const readPlugin = async (isRefused: boolean): Promise<Identity> => {
    if (credentials.kind !== 'exec') return {}
    const last = await cached?.catch(() => undefined)
    const isOver = last?.expiresAtMs !== undefined && last.expiresAtMs - MARGIN_MS < Date.now()
    if (last === undefined || isOver || isRefused)
      cached = readExecCredential(credentials.plugin, access, env)
    const { token, cert, key } = (await cached) ?? {}
    return {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    }
  }
  return {
    read: async (isRefused = false) => {
      switch (credentials.kind) {
        case 'none':
          return {}
        case 'token':
          return { authorization: `Bearer ${credentials.token}` }
        case 'token-file':
          return { authorization: `Bearer ${await readToken(credentials.path)}` }
        case 'basic':
          return { authorization: toBasic(credentials.username, credentials.password) }
        case 'exec':
          return readPlugin(isRefused)
      }
    },
  }
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    throw new ServicexError('SERVICEX_CLUSTER_CREDENTIALS', {
      summary: `the token file ${path} cannot be read`,
      fix: 'correct tokenFile in the kubeconfig',
      cause,
    })
  }
}

function toBasic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
