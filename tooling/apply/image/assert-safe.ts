import { ServicexError } from '../../../src/convention/servicex-error.ts'

/** The most places that an error lists. */
const MAX_PLACES = 20

/** Throws SERVICEX_IMAGE_CONTENT_UNSAFE when there are places that may not come into an image. */
export function assertSafe(places: readonly string[]): void {
  if (places.length === 0) return
  const more = places.length - MAX_PLACES
  throw new ServicexError('SERVICEX_IMAGE_CONTENT_UNSAFE', {
    summary: `${places.length} ${places.length === 1 ? 'file' : 'files'} cannot come into an image: links out of it, devices, or names that are no UTF-8`,
    details: [...places.slice(0, MAX_PLACES), ...(more > 0 ? [`and ${more} more`] : [])],
    fix: 'remove them, or name them in package.json#servicex.image.exclude',
  })
}
