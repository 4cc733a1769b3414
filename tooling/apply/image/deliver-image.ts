import { type ImageReference, toReferenceText, withVersion } from '../../parse/image-reference.ts'
import type { Delivery } from '../../parse/build-request.ts'
import { type ImagePush, type PushedBlob, pushImage } from '../registry/push-image.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import type { AssembledImage } from './assemble-image.ts'
import { loadArchive } from './engine.ts'
import { openArchive, writeArchive } from './write-archive.ts'

/** An image, and where it goes. */
export interface DeliveryRequest {
  readonly image: Pick<AssembledImage, 'root' | 'children' | 'blobs'> &
    Pick<ImagePush, 'artifacts' | 'beforeTag'>
  readonly target: ImageReference & { readonly tag: string }
  readonly delivery: Delivery
  readonly client: RegistryClient
  readonly tell: (line: string) => void
}

/** What was done with an image. */
export interface DeliveryOutcome {
  /** Only of a push. */
  readonly blobs?: readonly PushedBlob[]
}

/** Pushes, loads and writes an image, as asked; tells each in the past tense once it is done. */
export async function deliverImage(request: DeliveryRequest): Promise<DeliveryOutcome> {
  const { image, target, delivery, client, tell } = request
  const name = toReferenceText(target)
  const { digest } = image.root.descriptor
  if (delivery.output !== undefined) {
    await writeArchive(delivery.output, { image, name, client })
    tell(`wrote ${delivery.output}`)
  }
  if (delivery.isLoaded) {
    const engine = await loadArchive(() => openArchive({ image, name, client }))
    tell(`loaded ${name} into ${engine}`)
  }
  if (!delivery.isPushed) return {}
  const { blobs } = await pushImage(client, { target, ...image })
  tell(`pushed ${toReferenceText(withVersion(target, { tag: target.tag, digest }))}`)
  return { blobs }
}
