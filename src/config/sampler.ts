import { ENV } from '../convention/env-names.ts'
import type { SamplerConfig } from './config.ts'
import type { EnvReader } from './env-reader.ts'
import type { ProblemList } from './problem.ts'

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** Reads the standard sampler variables; default `parentbased_always_on`. Source: OpenTelemetry SDK environment variables. */
export function readSampler(reader: EnvReader, problems: ProblemList): SamplerConfig {
  const name = reader.oneOf(ENV.otelTracesSampler, SAMPLERS, 'parentbased_always_on')
  const parentBased = name.startsWith('parentbased_')
  if (name.endsWith('always_on')) return { parentBased, ratio: 1 }
  if (name.endsWith('always_off')) return { parentBased, ratio: 0 }
  return { parentBased, ratio: readRatio(reader, problems) }
}

function readRatio(reader: EnvReader, problems: ProblemList): number {
  const ratio = reader.number(ENV.otelTracesSamplerArg, { min: 0, max: 1 }, 1)
  if (reader.text(ENV.otelTracesSamplerArg) === undefined) {
    problems.add({
      name: ENV.otelTracesSamplerArg,
      value: undefined,
      expected: 'a share 0–1, because the sampler is a ratio',
    })
  }
  return ratio
}
