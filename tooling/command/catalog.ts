import type { CommandEntry, Tool } from './command.ts'

const check: CommandEntry = {
  name: 'check',
  summary: 'say which rules of the convention this repository breaks',
  load: async () => (await import('./check.ts')).attachCheck,
}

const exceptions: CommandEntry = {
  name: 'exceptions',
  summary: 'list what this repository is permitted for now',
  load: async () => (await import('./exceptions.ts')).attachExceptions,
}

const explain: CommandEntry = {
  name: 'explain',
  summary: 'say what an error code or a rule means and how to fix it',
  load: async () => (await import('./explain.ts')).attachExplain,
}

/** `kube`: everything between a commit and a running service. */
export const KUBE: Tool = {
  name: 'kube',
  summary: 'builds, deploys and checks Node services by one convention',
  commands: [check, exceptions, explain],
}

/** `servicex`: what looks at a service from where it runs. */
export const SERVICEX: Tool = {
  name: 'servicex',
  summary: 'looks at a service from where it runs',
  commands: [explain],
}
