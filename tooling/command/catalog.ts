import type { CommandEntry, Tool } from './command.ts'

const build: CommandEntry = {
  name: 'build',
  summary: "make the image of the commit, and push it under the commit's hash",
  load: async () => (await import('./build.ts')).attachBuild,
}

const check: CommandEntry = {
  name: 'check',
  summary: 'say which rules of the convention this repository breaks',
  takesEnvironment: true,
  load: async () => (await import('./check.ts')).attachCheck,
}

const client: CommandEntry = {
  name: 'client',
  summary: "make, check and mock the clients of other services' contracts",
  load: async () => (await import('./client.ts')).attachClient,
}

const dev: CommandEntry = {
  name: 'dev',
  summary: 'start services here, and show their logs, traces, errors and metrics on one page',
  load: async () => (await import('./dev.ts')).attachDev,
}

const completion: CommandEntry = {
  name: 'completion',
  summary: 'print the script by which a shell completes the words of kube',
  load: async () => (await import('./completion.ts')).attachCompletion,
}

const config: CommandEntry = {
  name: 'config',
  summary: 'print the settings in force, and where each comes from',
  load: async () => (await import('./config.ts')).attachConfig,
}

const docs: CommandEntry = {
  name: 'docs',
  summary: 'print a page of the documentation, without a network',
  load: async () => (await import('./docs.ts')).attachDocs,
}

const doctor: CommandEntry = {
  name: 'doctor',
  summary: 'say what is right and wrong between this machine, the registry and the clusters',
  takesEnvironment: true,
  load: async () => (await import('./kube-doctor.ts')).attachKubeDoctor,
}

const exceptions: CommandEntry = {
  name: 'exceptions',
  summary: 'list what this repository, or every deployed app, is permitted for now',
  takesEnvironment: true,
  load: async () => (await import('./exceptions.ts')).attachExceptions,
}

const explain: CommandEntry = {
  name: 'explain',
  summary: 'say what an error code or a rule means and how to fix it',
  load: async () => (await import('./explain.ts')).attachExplain,
}

const generate: CommandEntry = {
  name: 'generate',
  summary: "print an environment's Kubernetes objects, or write a file for kube/ to start from",
  takesEnvironment: true,
  load: async () => (await import('./generate.ts')).attachGenerate,
}

const migrate: CommandEntry = {
  name: 'migrate',
  summary: 'bring an existing app under the convention: a diff first, then the changes',
  load: async () => (await import('./migrate.ts')).attachMigrate,
}

const newApp: CommandEntry = {
  name: 'new',
  summary: 'make a new service that starts, passes its tests, builds and deploys',
  load: async () => (await import('./new.ts')).attachNew,
}

const rebase: CommandEntry = {
  name: 'rebase',
  summary: 'put an image that is in the registry onto a newer base, without building',
  load: async () => (await import('./rebase.ts')).attachRebase,
}

const deploy: CommandEntry = {
  name: 'deploy',
  summary: 'bring a built revision into a cluster, or say why it cannot serve',
  takesEnvironment: true,
  load: async () => (await import('./deploy.ts')).attachDeploy,
}

const diff: CommandEntry = {
  name: 'diff',
  summary: 'say what a deploy would change in the cluster, and change nothing',
  takesEnvironment: true,
  load: async () => (await import('./diff.ts')).attachDiff,
}

const env: CommandEntry = {
  name: 'env',
  summary: 'list, set and remove the variables of an app, in its Secret',
  takesEnvironment: true,
  load: async () => (await import('./env.ts')).attachEnv,
}

const exec: CommandEntry = {
  name: 'exec',
  summary: 'run a command in a pod that serves',
  takesEnvironment: true,
  load: async () => (await import('./exec.ts')).attachExec,
}

const history: CommandEntry = {
  name: 'history',
  summary: 'list the deploys of an app',
  takesEnvironment: true,
  load: async () => (await import('./history.ts')).attachHistory,
}

const logLevel: CommandEntry = {
  name: 'loglevel',
  summary: 'change what the pods of an app log, for a while',
  takesEnvironment: true,
  load: async () => (await import('./loglevel.ts')).attachLogLevel,
}

const logs: CommandEntry = {
  name: 'logs',
  summary: "print the logs of an app's pods",
  takesEnvironment: true,
  load: async () => (await import('./logs.ts')).attachLogs,
}

const restart: CommandEntry = {
  name: 'restart',
  summary: 'replace every pod, one after the other',
  takesEnvironment: true,
  load: async () => (await import('./restart.ts')).attachRestart,
}

const rollback: CommandEntry = {
  name: 'rollback',
  summary: 'deploy again what an earlier deploy has applied',
  takesEnvironment: true,
  load: async () => (await import('./rollback.ts')).attachRollback,
}

const run: CommandEntry = {
  name: 'run',
  summary: 'run a command once in the cluster, as the app runs',
  takesEnvironment: true,
  load: async () => (await import('./run.ts')).attachRun,
}

const scale: CommandEntry = {
  name: 'scale',
  summary: 'set how many pods run, until the next deploy',
  takesEnvironment: true,
  load: async () => (await import('./scale.ts')).attachScale,
}

const status: CommandEntry = {
  name: 'status',
  summary: 'say what serves, and what is wrong with it',
  takesEnvironment: true,
  load: async () => (await import('./status.ts')).attachStatus,
}

/** `kube`: everything between a commit and a running service. */
export const KUBE: Tool = {
  name: 'kube',
  summary: 'builds, deploys and checks Node services by one convention',
  commands: [
    build,
    check,
    client,
    completion,
    config,
    deploy,
    dev,
    diff,
    docs,
    doctor,
    env,
    exceptions,
    exec,
    explain,
    generate,
    history,
    logLevel,
    logs,
    migrate,
    newApp,
    rebase,
    restart,
    rollback,
    run,
    scale,
    status,
  ],
}

/** `servicex`: what looks at a service from where it runs. */
export const SERVICEX: Tool = {
  name: 'servicex',
  summary: 'looks at a service from where it runs',
  commands: [explain],
}
