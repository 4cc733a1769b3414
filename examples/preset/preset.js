import { definePreset } from 'servicex/preset'

/** What holds for every service of Acme. */
export default definePreset({
  registry: 'registry.acme.example/apps',
  baseImage: 'registry.acme.example/base/node:24',
  environments: {
    production: {
      context: 'acme-production',
      clusterId: '0d3c9f6e-5a0b-4c0f-9d0e-1f2a3b4c5d6e',
      ingress: { domain: 'acme.example', class: 'nginx' },
      variables: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.observability:4318',
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.1',
      },
    },
    qa: {
      context: 'acme-qa',
      clusterId: '7b1e2d3c-4f5a-4b6c-8d7e-9f0a1b2c3d4e',
      ingress: { domain: 'qa.acme.example', class: 'nginx' },
      variables: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.observability:4318' },
    },
  },
  rules: {
    'ci-deploys': 'error',
    'base-image-pinned': 'error',
  },
})
