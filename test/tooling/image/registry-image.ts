import { execFileSync } from 'node:child_process'

/** What a manifest, an index or a config holds, as far as tests look at it. */
export interface OciJson {
  readonly mediaType?: string
  readonly config: { readonly digest: string; readonly Cmd: string[] }
  readonly layers: readonly OciDescriptor[]
  readonly manifests: readonly OciDescriptor[]
  readonly annotations: Readonly<Record<string, string>>
  readonly rootfs: { readonly diff_ids: readonly string[] }
}

/** A descriptor, as far as tests look at it. */
export interface OciDescriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly platform?: { readonly architecture: string }
}

/** What skopeo says of an image. */
export interface Inspected {
  readonly Digest: string
  readonly Created: string
  readonly Architecture: string
  readonly Labels: Readonly<Record<string, string>>
  readonly Env: readonly string[]
  readonly Layers: readonly string[]
}

/** Reads one blob of a loopback registry as JSON. */
export async function readBlobJson(reference: string, digest: string): Promise<OciJson> {
  const [host = '', repository = ''] = splitReference(reference)
  return (await (await fetch(`http://${host}/v2/${repository}/blobs/${digest}`)).json()) as OciJson
}

/** Reads what a tag or digest of a loopback registry names. */
export async function readManifestJson(
  reference: string,
  version: string,
): Promise<{ readonly digest: string; readonly json: OciJson }> {
  const [host = '', repository = ''] = splitReference(reference)
  const accept = ['manifest', 'index'].map((kind) => `application/vnd.oci.image.${kind}.v1+json`)
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${version}`, {
    headers: { accept: accept.join(',') },
  })
  if (!answer.ok) throw new Error(`${reference}: ${answer.status}`)
  const digest = answer.headers.get('docker-content-digest') ?? ''
  return { digest, json: (await answer.json()) as OciJson }
}

/** Lets skopeo look at an image, wherever it is: `docker://…`, `oci-archive:…`. */
export function inspect(image: string): Inspected {
  const words = ['inspect', '--tls-verify=false', image]
  return JSON.parse(execFileSync('skopeo', words, { encoding: 'utf8' })) as Inspected
}

function splitReference(reference: string): readonly string[] {
  const [host = '', ...path] =
    reference
      .split('@')[0]
      ?.replace(/:[^/:]*$/, '')
      .split('/') ?? []
  return [host, path.join('/')]
}
