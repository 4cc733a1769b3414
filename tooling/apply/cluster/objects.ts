import { MANAGER } from '../../../src/convention/labels.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import { isApiError } from './api-error.ts'
import type { ClusterClient } from './cluster-client.ts'
import { toObjectPath, toResourcePath } from './resource-path.ts'

/** An object as the cluster has it. */
export interface LiveObject extends Manifest {
  readonly metadata: Manifest['metadata'] & {
    readonly uid?: string
    readonly resourceVersion?: string
    readonly generation?: number
    readonly managedFields?: readonly ManagedFields[]
  }
}

/** Which fields of an object somebody has set. */
export interface ManagedFields {
  readonly manager?: string
  readonly operation?: string
  readonly apiVersion?: string
  readonly subresource?: string
  readonly fieldsType?: string
  readonly fieldsV1?: object
}

/** Names an object. */
export type ObjectKey = Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>

/** Gives an object, or nothing when it, its namespace or its kind is not there. */
export async function getObject<Kind = LiveObject>(
  client: ClusterClient,
  key: ObjectKey,
): Promise<Kind | undefined> {
  try {
    return await client.json<Kind>({ method: 'GET', path: await toObjectPath(client, key) })
  } catch (error) {
    if (isApiError(error, 404)) return undefined
    throw error
  }
}

/** Applies an object by server-side apply, as the tool's field manager; a dry run changes nothing. */
export async function applyObject(
  client: ClusterClient,
  object: Manifest,
  { isDryRun = false }: { readonly isDryRun?: boolean } = {},
): Promise<LiveObject> {
  const query = new URLSearchParams({
    fieldManager: MANAGER,
    force: 'true',
    fieldValidation: 'Strict',
    ...(isDryRun ? { dryRun: 'All' } : {}),
  })
  return client.json<LiveObject>({
    method: 'PATCH',
    path: `${await toObjectPath(client, object)}?${query.toString()}`,
    contentType: 'application/apply-patch+yaml',
    body: JSON.stringify(object),
  })
}

/** Gives the objects of a kind in a namespace, by one consistent list. A kind that is not there has none. */
export async function listObjects<Kind>(
  client: ClusterClient,
  key: ObjectKey,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly Kind[]> {
  const path = await toResourcePath(client, key)
  const search = new URLSearchParams(query).toString()
  try {
    const { items } = await client.json<{ readonly items?: readonly Kind[] | null }>({
      method: 'GET',
      path: search === '' ? path : `${path}?${search}`,
    })
    return items ?? []
  } catch (error) {
    if (isApiError(error, 404)) return []
    throw error
  }
}

/** Deletes an object and what it owns; `uid` has it be the one that was seen. One that is not there is deleted. */
export async function deleteObject(
  client: ClusterClient,
  key: ObjectKey,
  uid?: string,
): Promise<void> {
  try {
    await client.json({
      method: 'DELETE',
      path: await toObjectPath(client, key),
      isRepeatable: true,
      body: JSON.stringify({
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Background',
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      }),
    })
  } catch (error) {
    if (!isApiError(error, 404) && !(uid !== undefined && isApiError(error, 409))) throw error
  }
}
