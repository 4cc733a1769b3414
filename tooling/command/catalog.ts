import type { CommandEntry, Tool } from './command.ts'

const explain: CommandEntry = {
  name: 'explain',
  summary: 'say what an error code means and how to fix it',
  load: async () => (await import('./explain.ts')).attachExplain,
}

/** `kube`: everything between a commit and a running service. */
export const KUBE: Tool = {
  name: 'kube',
  summary: 'builds, deploys and checks Node services by one convention',
  commands: [explain],
}

/** `servicex`: what looks at a service from where it runs. */
export const SERVICEX: Tool = {
  name: 'servicex',
  summary: 'looks at a service from where it runs',
  commands: [explain],
}
