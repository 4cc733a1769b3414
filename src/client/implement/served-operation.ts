import type { OperationModel } from '../contract/operation-model.ts'
import { type ParameterTexts, toParameterTexts } from './read-parameters.ts'

/** One operation with its handler, and what is worked out about it once. */
export interface ServedOperation {
  readonly model: OperationModel
  /** `billing.getInvoice`. */
  readonly name: string
  readonly handle: (input: never) => unknown
  readonly texts: {
    readonly params: ParameterTexts
    readonly query: ParameterTexts
    readonly headers: ParameterTexts
  }
  /** Headers of every reply. */
  readonly headers: Readonly<Record<string, string>>
}

/** Works out what is needed to serve an operation. */
export function toServedOperation(
  service: string,
  model: OperationModel,
  handle: (input: never) => unknown,
): ServedOperation {
  const { params, query, headers } = model
  return {
    model,
    name: `${service}.${model.name}`,
    handle,
    texts: {
      params: toParameterTexts(params),
      query: toParameterTexts(query),
      headers: toParameterTexts(headers),
    },
    headers: toDeprecation(model),
  }
}

/** Tells callers that look at headers only. */
function toDeprecation({ spec, sunset }: OperationModel): Readonly<Record<string, string>> {
  if (spec.deprecated === undefined) return {}
  // Since when is not declared; any moment in the past says that it is deprecated now. Source: RFC 9745 §2.1.
  const deprecation = '@0'
  if (sunset === undefined) return { deprecation }
  return { deprecation, sunset: new Date(`${sunset}T00:00:00Z`).toUTCString() }
}
