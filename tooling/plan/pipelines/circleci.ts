import {
  NODE_VERSION,
  type Pipeline,
  type PipelineFacts,
  SECRETS,
  STAMP,
  toPhases,
} from './pipeline.ts'
import { toYaml } from './to-yaml.ts'

const KUBECONFIG = '/tmp/kubeconfig'
const WRITE_KUBECONFIG = `umask 077\nprintenv KUBECONFIG_CONTENT > ${KUBECONFIG}`

/** Gives the configuration of CircleCI; the secrets stand in the contexts `production` and the trial's. */
export function planCircleci(facts: PipelineFacts): Pipeline {
  const phases = toPhases(facts)
  const { branch, trial } = facts
  const job = (calls: readonly string[], isDeploying: boolean): object => ({
    docker: [{ image: `cimg/node:${NODE_VERSION}.0` }],
    ...(isDeploying ? { environment: { KUBECONFIG } } : {}),
    steps: [
      'checkout',
      ...phases.install.map(toStep),
      ...(isDeploying ? [{ run: { name: 'kubeconfig', command: WRITE_KUBECONFIG } }] : []),
      ...calls.map(toStep),
    ],
  })
  const config = {
    version: 2.1,
    jobs: {
      test: job(phases.test, false),
      ship: job(phases.ship, true),
      ...(trial === undefined ? {} : { trial: job(phases.trial, true) }),
    },
    workflows: {
      ship: {
        jobs: [
          'test',
          {
            ship: {
              requires: ['test'],
              context: 'production',
              filters: { branches: { only: branch } },
            },
          },
          ...(trial === undefined
            ? []
            : [
                {
                  trial: {
                    requires: ['test'],
                    context: trial,
                    filters: { branches: { ignore: branch } },
                  },
                },
              ]),
        ],
      },
    },
  }
  return { path: '.circleci/config.yml', text: toYaml(config, STAMP), secrets: SECRETS }
}

function toStep(run: string): { readonly run: string } {
  return { run }
}
