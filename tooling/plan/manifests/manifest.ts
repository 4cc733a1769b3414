/** One Kubernetes object, as it is applied. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ManifestMetadata
  readonly [field: string]: unknown
}

/** What every object has. */
export interface ManifestMetadata {
  readonly name: string
  /** Absent for what belongs to no namespace. */
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}
