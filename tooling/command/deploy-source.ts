import type { Description } from '../../src/convention/description.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { ImageFacts } from '../apply/deploy/read-image.ts'
import { findDeclaration, readDescription } from '../parse/description.ts'
import type { Project } from '../parse/project.ts'
import { type CommitRecord, RECORD_VERSION } from '../plan/deploy/commit-record.ts'

/** What a deploy is made from, besides the image itself and the settings. */
export interface DeploySource {
  readonly description: Description
  readonly record: CommitRecord
  /** What does not come from the image, and so may be of another commit. */
  readonly warnings: readonly string[]
}

/**
 * Gives what an image declares. Only for an image that declares nothing, the working directory is read.
 *
 * Rejects with SERVICEX_DECLARATION_MISSING when it declares nothing either.
 */
export async function readDeploySource(project: Project, image: ImageFacts): Promise<DeploySource> {
  const { description, record, reference } = image
  if (description !== undefined && record !== undefined)
    return { description, record, warnings: [] }
  const file = findDeclaration(project.root)
  if (description !== undefined)
    return {
      description,
      record: file === undefined ? toEmptyRecord() : await readRecord(project, description),
      warnings: [
        'the image is of an earlier kube: kube/ and the rules of the working directory count',
      ],
    }
  if (file === undefined) throw missing(reference, project.root)
  const own = await readDescription(project.root, { packageName: project.name })
  return {
    description: own,
    record: await readRecord(project, own),
    warnings: [
      `kube build did not make the image: ${file} and kube/ of the working directory count, whatever commit the image is of`,
    ],
  }
}

/** Loads what reads sources only here: what an image declares needs none of it. */
async function readRecord(project: Project, description: Description): Promise<CommitRecord> {
  const { readCommitRecord } = await import('../apply/image/read-commit-record.ts')
  return readCommitRecord({ project, description, committedAtSeconds: Date.now() / 1000 })
}

function toEmptyRecord(): CommitRecord {
  const convention = { severities: [], exceptions: [], breaches: [] }
  return { version: RECORD_VERSION, overrides: [], clients: [], convention }
}

function missing(reference: string, root: string): ServicexError {
  return new ServicexError('SERVICEX_DECLARATION_MISSING', {
    summary: `nothing says what ${reference} is: kube build did not make it, and there is no service.ts in ${root}`,
    fix: 'build it with kube build, or deploy in the folder of the service',
  })
}
