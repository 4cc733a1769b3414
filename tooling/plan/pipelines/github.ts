import {
  type Pipeline,
  type PipelineFacts,
  NODE_VERSION,
  SECRETS,
  STAMP,
  toPhases,
} from './pipeline.ts'
import { toYaml } from './to-yaml.ts'

/** Writes a kubeconfig from a secret, for this user alone, without its content in any argument. */
const WRITE_KUBECONFIG = [
  'umask 077',
  'printenv KUBECONFIG_CONTENT > "$RUNNER_TEMP/kubeconfig"',
  'echo "KUBECONFIG=$RUNNER_TEMP/kubeconfig" >> "$GITHUB_ENV"',
].join('\n')

/** Gives the workflow of GitHub Actions. */
export function planGithub(facts: PipelineFacts): Pipeline {
  const phases = toPhases(facts)
  const before = [
    {
      uses: 'actions/checkout@v5',
      with: {
        // A pull request is built from its own commit, not from a merge that exists nowhere else.
        ref: '${{ github.event.pull_request.head.sha || github.sha }}',
        'persist-credentials': false,
      },
    },
    { uses: 'actions/setup-node@v5', with: { 'node-version': NODE_VERSION } },
    ...phases.install.map(toStep),
  ]
  const deploying = (calls: readonly string[], condition: string, environment: string): object => ({
    needs: 'test',
    if: condition,
    'runs-on': 'ubuntu-latest',
    environment,
    concurrency: `deploy-${environment}`,
    env: { DOCKER_AUTH_CONFIG: '${{ secrets.DOCKER_AUTH_CONFIG }}' },
    steps: [
      ...before,
      {
        name: 'kubeconfig',
        run: WRITE_KUBECONFIG,
        env: { KUBECONFIG_CONTENT: '${{ secrets.KUBECONFIG_CONTENT }}' },
      },
      ...calls.map(toStep),
    ],
  })
  const { branch, trial } = facts
  const workflow = {
    name: 'ship',
    on: { push: { branches: [branch] }, pull_request: {} },
    permissions: { contents: 'read' },
    jobs: {
      test: { 'runs-on': 'ubuntu-latest', steps: [...before, ...phases.test.map(toStep)] },
      ship: deploying(phases.ship, `github.ref == 'refs/heads/${branch}'`, 'production'),
      ...(trial === undefined
        ? {}
        : {
            trial: deploying(
              phases.trial,
              // A fork has no secrets: its pull requests are tested alone.
              "github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository",
              trial,
            ),
          }),
    },
  }
  return { path: '.github/workflows/ship.yml', text: toYaml(workflow, STAMP), secrets: SECRETS }
}

function toStep(run: string): { readonly run: string } {
  return { run }
}
