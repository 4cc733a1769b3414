import { NODE_VERSION, type Pipeline, type PipelineFacts, STAMP, toPhases } from './pipeline.ts'
import { toYaml } from './to-yaml.ts'

/** Gives the pipeline of GitLab CI. `KUBECONFIG` is a variable of type file there. */
export function planGitlab(facts: PipelineFacts): Pipeline {
  const phases = toPhases(facts)
  const { branch, trial } = facts
  const pipeline = {
    stages: ['test', 'deploy'],
    default: {
      image: `node:${NODE_VERSION}`,
      interruptible: false,
      before_script: phases.install,
    },
    test: {
      stage: 'test',
      rules: [
        { if: '$CI_PIPELINE_SOURCE == "merge_request_event"' },
        { if: `$CI_COMMIT_BRANCH == "${branch}"` },
      ],
      script: phases.test,
    },
    ship: {
      stage: 'deploy',
      rules: [{ if: `$CI_COMMIT_BRANCH == "${branch}"` }],
      environment: { name: 'production' },
      resource_group: 'production',
      script: phases.ship,
    },
    ...(trial === undefined
      ? {}
      : {
          trial: {
            stage: 'deploy',
            rules: [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }],
            environment: { name: trial },
            resource_group: trial,
            script: phases.trial,
          },
        }),
  }
  return {
    path: '.gitlab-ci.yml',
    text: toYaml(pipeline, STAMP),
    secrets: ['DOCKER_AUTH_CONFIG', 'KUBECONFIG (of type file)'],
  }
}
