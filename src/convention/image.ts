/** What the tool writes into an image, and the deploy reads from it. */
export const IMAGE_ANNOTATIONS = {
  /** On a layer: which of ours it is. */
  layer: 'dev.servicex.layer',
  /** SHA-256 of the description's JSON. */
  descriptionDigest: 'dev.servicex.description.digest',
  /** SHA-256 of the contract snapshot's JSON. */
  contractDigest: 'dev.servicex.contract.digest',
  /** SHA-256 of the JSON of what the commit says of its deploy. */
  recordDigest: 'dev.servicex.record.digest',
} as const

/** The layers of an image above its base, from the one that changes least to the one that changes most. */
export const IMAGE_LAYERS = ['dependencies', 'workspaces', 'app', 'declaration'] as const

/** One of our layers. */
export type ImageLayerName = (typeof IMAGE_LAYERS)[number]

/** The top folder of everything that is ours in an image. */
export const IMAGE_ROOT = '/app'

/** Where the declaration layer keeps what the image is, below the working directory. */
export const DECLARATION_FILES = {
  description: '.servicex/description.json',
  contract: '.servicex/contract.json',
  record: '.servicex/record.json',
} as const
