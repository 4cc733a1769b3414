import type { Descriptor, Platform } from './oci.ts'

/** Variants that are meant when none is said. Source: containerd, platforms/database.go. */
const IMPLIED_VARIANTS: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7' }

/** Says whether what was built for `built` runs where `wanted` is asked for. A variant counts when both say one. */
export function isPlatform(built: Platform, wanted: Platform): boolean {
  if (built.os !== wanted.os || built.architecture !== wanted.architecture) return false
  return variantOf(built) === variantOf(wanted)
}

/** Gives the image of an index for a platform. Attestations, whose platform is `unknown`, are never it. */
export function pickPlatform(
  manifests: readonly Descriptor[],
  wanted: Platform,
): Descriptor | undefined {
  return manifests.find(({ platform }) => platform !== undefined && isPlatform(platform, wanted))
}

function variantOf({ architecture, variant }: Platform): string {
  return variant ?? IMPLIED_VARIANTS[architecture] ?? ''
}
