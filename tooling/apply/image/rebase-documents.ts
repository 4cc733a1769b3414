import { buffer } from 'node:stream/consumers'
import { type ImageReference, toReferenceText } from '../../parse/image-reference.ts'
import { toManifest } from '../../plan/image/oci-json.ts'
import type { Descriptor } from '../../plan/image/oci.ts'
import { CYCLONEDX_TYPE, type CycloneDx } from '../../plan/sbom/cyclonedx.ts'
import { rebaseSbom } from '../../plan/sbom/rebase-sbom.ts'
import { type Artifact, toArtifact } from '../registry/artifact.ts'
import type { RegistryClient } from '../registry/registry-client.ts'

/** An image and the one that comes of it. */
export interface RebasedSubject {
  readonly from: ImageReference
  readonly before: Descriptor
  readonly after: Descriptor
  readonly base: { readonly name: string; readonly digest: string }
}

/** Gives the bills of materials of an image, as they are for it on its new base. Other documents are of the old image alone. */
export async function rebaseSboms(
  client: RegistryClient,
  { from, before, after, base }: RebasedSubject,
): Promise<readonly Artifact[]> {
  const listed = await client.listReferrers(from, before.digest)
  const sboms = listed.filter(({ artifactType }) => artifactType === CYCLONEDX_TYPE)
  return Promise.all(
    sboms.map(async ({ digest }) => {
      const { registry, repository } = from
      const { json } = await client.readManifest({ registry, repository, digest })
      const { layers, annotations } = toManifest({ where: toReferenceText(from), value: json })
      const [layer] = layers
      if (layer === undefined) throw new Error(`the SBOM ${digest} is empty`)
      const text = (await buffer(client.openBlob(from, layer))).toString('utf8')
      return toArtifact({
        type: CYCLONEDX_TYPE,
        bytes: toSbomBytes(rebaseSbom(JSON.parse(text) as CycloneDx, base)),
        title: layer.annotations?.['org.opencontainers.image.title'] ?? 'sbom.cdx.json',
        created: annotations?.['org.opencontainers.image.created'] ?? '',
        subject: after,
      })
    }),
  )
}

/** Gives a bill as it is stored. */
export function toSbomBytes(sbom: CycloneDx): Buffer {
  return Buffer.from(`${JSON.stringify(sbom, undefined, 1)}\n`)
}
