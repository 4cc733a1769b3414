import { ANNOTATIONS, LABELS, MANAGER } from '../../../src/convention/labels.ts'
import { toServiceProcessName } from '../../../src/convention/names.ts'
import type { ManifestMetadata } from './manifest.ts'
import type { ManifestInput, ProcessInput } from './manifest-input.ts'

/** Gives the metadata of an object of the app as a whole. */
export function toAppMetadata(input: ManifestInput, name: string): ManifestMetadata {
  return { name, namespace: input.description.name, ...toOwnership(toAppLabels(input), input) }
}

/** Gives the metadata of an object of one process. */
export function toProcessMetadata(
  input: ProcessInput,
  name: string = input.name,
): ManifestMetadata {
  return { name, namespace: input.description.name, ...toOwnership(toProcessLabels(input), input) }
}

/** Gives labels with the annotation that says what made the object. */
export function toOwnership(
  labels: Readonly<Record<string, string>>,
  { description }: ManifestInput,
): Pick<ManifestMetadata, 'labels' | 'annotations'> {
  return { labels, annotations: { [ANNOTATIONS.generator]: description.servicex } }
}

/** Gives the labels of an object of the app as a whole. */
export function toAppLabels({
  description,
}: Pick<ManifestInput, 'description'>): Record<string, string> {
  return {
    [LABELS.name]: description.name,
    [LABELS.partOf]: description.name,
    [LABELS.managedBy]: MANAGER,
  }
}

/** Gives the labels of a process's objects and pods. */
export function toProcessLabels(input: ProcessInput): Record<string, string> {
  return {
    ...toSelector(input),
    [LABELS.partOf]: input.description.name,
    [LABELS.version]: toLabelValue(input.revision),
    [LABELS.managedBy]: MANAGER,
  }
}

/** Gives the labels that select a process's pods. A Deployment's may never change: the revision is none of them. */
export function toSelector({ description, name }: ProcessInput): Record<string, string> {
  return {
    [LABELS.name]: toServiceProcessName(description.name, name),
    [LABELS.component]: name,
  }
}

/** Gives a text as a label's value may be written. Source: Kubernetes, Labels and Selectors. */
export function toLabelValue(text: string): string {
  return text
    .replaceAll(/[^\w.-]/g, '-')
    .slice(0, 63)
    .replaceAll(/^[^a-zA-Z0-9]+|[^a-zA-Z0-9]+$/g, '')
}
