import { expose, type ExpositionFormat } from '../../src/metrics/exposition.ts'
import { registry } from '../../src/metrics/registry.ts'
import { findSamples, parseExposition, type Sample } from '../../src/wire/exposition.ts'

/** The page of metrics as it is now. */
export function readPage(format: ExpositionFormat = 'openmetrics'): Promise<string> {
  return expose(registry, format)
}

/** The samples of a name, now. */
export async function readSamples(
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<readonly Sample[]> {
  return findSamples(parseExposition(await readPage()), name, labels)
}

/** The samples of a name, now: their labels and their values. */
export async function readValues(
  name: string,
): Promise<readonly [Readonly<Record<string, string>>, number][]> {
  return (await readSamples(name)).map(({ labels, value }) => [labels, value])
}
