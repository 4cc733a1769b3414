import { LABELS, MANAGER, toSecretName } from '../../../src/convention/labels.ts'
import { isApiError } from '../cluster/api-error.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { applyObject, getObject } from '../cluster/objects.ts'

/** Where the variables of an app are. */
export interface VariablePlace {
  readonly client: ClusterClient
  readonly app: string
}

/** Reads the variables of an app, by name. */
export async function readVariables({
  client,
  app,
}: VariablePlace): Promise<ReadonlyMap<string, string>> {
  const secret = await getObject<{ data?: Readonly<Record<string, string>> }>(client, toKey(app))
  const entries = Object.entries(secret?.data ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return new Map(
    entries.map(([name, value]) => [name, Buffer.from(value, 'base64').toString('utf8')]),
  )
}

/** Sets one variable and leaves the others; makes the namespace and the Secret when they are not there. */
export async function writeVariable(
  place: VariablePlace,
  name: string,
  value: string,
): Promise<void> {
  const data = { [name]: Buffer.from(value).toString('base64') }
  try {
    await patch(place, data)
  } catch (error) {
    if (!isApiError(error, 404)) throw error
    await makeSecret(place)
    await patch(place, data)
  }
}

/** Removes one variable; one that is not there is removed. */
export async function unsetVariable(place: VariablePlace, name: string): Promise<void> {
  try {
    await patch(place, { [name]: null })
  } catch (error) {
    if (!isApiError(error, 404)) throw error
  }
}

/** A merge of one key: two people who set two variables do not undo each other. */
async function patch(
  { client, app }: VariablePlace,
  data: Readonly<Record<string, string | null>>,
): Promise<void> {
  await client.json({
    method: 'PATCH',
    path: `/api/v1/namespaces/${app}/secrets/${toSecretName(app)}?fieldManager=kube-env`,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify({ data }),
  })
}

async function makeSecret({ client, app }: VariablePlace): Promise<void> {
  const labels = { [LABELS.partOf]: app, [LABELS.managedBy]: MANAGER }
  if (
    (await getObject(client, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: app } })) ===
    undefined
  )
    await applyObject(client, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: app, labels },
    })
  await applyObject(client, { ...toKey(app), type: 'Opaque' })
}

function toKey(app: string) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: toSecretName(app),
      namespace: app,
      labels: { [LABELS.partOf]: app, [LABELS.managedBy]: MANAGER },
    },
  }
}
