import { NODE_VERSION, type Pipeline, type PipelineFacts, STAMP, toPhases } from './pipeline.ts'

/** Gives the declarative pipeline of Jenkins; both secrets are credentials of type secret text and secret file. */
export function planJenkins(facts: PipelineFacts): Pipeline {
  const phases = toPhases(facts)
  const { branch, trial } = facts
  const text = [
    `//${STAMP}`,
    'pipeline {',
    `  agent { docker { image 'node:${NODE_VERSION}' } }`,
    // Jenkins' user has no home in the image, and npm writes to it. Not the workspace: a commit is built of a clean tree.
    '  environment { HOME = "${env.WORKSPACE_TMP}" }',
    '  options { disableConcurrentBuilds() }',
    '  stages {',
    ...stage('install', phases.install),
    ...stage('test', phases.test),
    ...stage('ship', phases.ship, { when: `branch '${branch}'`, credentials: 'production' }),
    ...(trial === undefined
      ? []
      : stage('trial', phases.trial, { when: 'changeRequest()', credentials: trial })),
    '  }',
    '}',
    '',
  ].join('\n')
  return {
    path: 'Jenkinsfile',
    text,
    secrets: ['docker-auth-config (secret text)', 'kubeconfig-production (secret file)'],
  }
}

interface StageOptions {
  readonly when: string
  /** The environment whose credentials it gets. */
  readonly credentials: string
}

function stage(name: string, calls: readonly string[], options?: StageOptions): readonly string[] {
  return [
    `    stage('${name}') {`,
    ...(options === undefined
      ? []
      : [
          `      when { ${options.when} }`,
          '      environment {',
          "        DOCKER_AUTH_CONFIG = credentials('docker-auth-config')",
          `        KUBECONFIG = credentials('kubeconfig-${options.credentials}')`,
          '      }',
        ]),
    `      steps {`,
    ...calls.map((call) => `        sh '${call}'`),
    '      }',
    '    }',
  ]
}
