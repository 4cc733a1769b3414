import { WEB_PROCESS } from '../../../src/convention/names.ts'
import type { Scaffold, ScaffoldInput } from './scaffold.ts'

/** Gives an autoscaler of a process: between two numbers of pods, by their CPU. */
export function planAutoscale({ name = WEB_PROCESS, options }: ScaffoldInput): Scaffold {
  const { min = 2, max = 10, cpu = 70 } = options
  return {
    file: `autoscale-${name}.yaml`,
    comment: [
      `Keeps between ${min} and ${max} pods of ${name}, so that each uses ${cpu} % of the CPU it requests.`,
      `The same in service.ts: processes: { ${name}: { replicas: { min: ${min}, max: ${max} } } }`,
    ],
    manifests: [
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
          minReplicas: min,
          maxReplicas: max,
          metrics: [
            {
              type: 'Resource',
              resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
            },
          ],
        },
      },
    ],
  }
}

/** Gives a process that runs by a schedule, with the app's image. */
export function planCronJob({ name = 'nightly', options }: ScaffoldInput): Scaffold {
  const { schedule = '0 4 * * *', entrypoint = `dist/${name}.js` } = options
  return {
    file: `cronjob-${name}.yaml`,
    comment: [
      `Runs ${entrypoint} of the app's image by a schedule: minute hour day month weekday, UTC.`,
      'What is not said here (image, variables, security) is as for every process of the app.',
      `The same in service.ts: processes: { '${name}': { schedule: '…', entrypoint: '…' } }`,
    ],
    manifests: [
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name },
        spec: {
          schedule,
          jobTemplate: { spec: { template: toPods(name, entrypoint) } },
        },
      },
    ],
  }
}

/** Gives a process that runs on without serving HTTP, with the app's image. */
export function planWorker({ name = 'worker', options }: ScaffoldInput): Scaffold {
  const { min = 1, entrypoint = `dist/${name}.js` } = options
  return {
    file: `worker-${name}.yaml`,
    comment: [
      `Runs ${entrypoint} of the app's image beside web.`,
      'What is not said here (image, variables, probes, security) is as for every process of the app.',
      `The same in service.ts: processes: { '${name}': { entrypoint: '…' } }`,
    ],
    manifests: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: { replicas: min, template: toPods(name, entrypoint) },
      },
    ],
  }
}

function toPods(name: string, entrypoint: string): object {
  const command = ['node', '--import', 'servicex/register', `./${entrypoint.replace(/^\.\//, '')}`]
  return { spec: { containers: [{ name, command }] } }
}
