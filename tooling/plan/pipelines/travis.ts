import {
  NODE_VERSION,
  type Pipeline,
  type PipelineFacts,
  SECRETS,
  STAMP,
  toPhases,
} from './pipeline.ts'
import { toYaml } from './to-yaml.ts'

const WRITE_KUBECONFIG =
  'export KUBECONFIG="$HOME/kubeconfig" && (umask 077; printenv KUBECONFIG_CONTENT > "$KUBECONFIG")'

/** Gives the configuration of Travis CI. */
export function planTravis(facts: PipelineFacts): Pipeline {
  const phases = toPhases(facts)
  const { branch, trial } = facts
  const config = {
    language: 'node_js',
    node_js: [NODE_VERSION],
    install: phases.install,
    script: phases.test,
    jobs: {
      include: [
        stage('ship', `branch = ${branch} AND type = push`, phases.ship),
        // A fork has no secrets: its pull requests are tested alone.
        ...(trial === undefined
          ? []
          : [stage('trial', 'type = pull_request AND fork = false', phases.trial)]),
      ],
    },
  }
  return { path: '.travis.yml', text: toYaml(config, STAMP), secrets: SECRETS }
}

function stage(name: string, condition: string, calls: readonly string[]): object {
  return { stage: name, if: condition, script: [WRITE_KUBECONFIG, ...calls] }
}
