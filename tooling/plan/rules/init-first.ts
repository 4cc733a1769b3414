import type { Breach, Rule } from './rule.ts'

/** What may come before: it arms the hooks, and is what is armed. */
const FIRST = /^servicex(?:\/register)?$/

/** Servicex is the first thing an entrypoint imports. */
export const initFirst: Rule = {
  id: 'init-first',
  sentence: 'servicex is the first import of every entrypoint.',
  reason:
    'A library that was loaded before may keep calls that nothing records: the image starts with --import servicex/register, tests and laptops do not.',
  fix: "move `import { init } from 'servicex'` to the first line of the entrypoint",
  severity: 'error',
  maxExceptionDays: 60,
  check: ({ entrypoints, sources }) =>
    entrypoints.flatMap((path): readonly Breach[] => {
      const source = sources.find((candidate) => candidate.path === path)
      if (source === undefined) return []
      if (source.problem !== undefined) return [{ what: `cannot be read: ${source.problem}`, path }]
      const first = source.imports.find(({ name }) => !isBuiltin(name))
      if (first === undefined) return [{ what: 'does not import servicex', path }]
      if (FIRST.test(first.name) || isOwnInit(first.name)) return []
      return [{ what: `imports ${first.name} first`, path, line: first.line }]
    }),
}

/** Node's own modules are there before any module runs. */
function isBuiltin(name: string): boolean {
  return name.startsWith('node:')
}

/** `import './init.ts'`: a module of the app whose job it is. */
function isOwnInit(name: string): boolean {
  return /^\.{1,2}\/(?:.*\/)?(?:init|service|instrument(?:ation)?)(?:\.[cm]?[jt]s)?$/.test(name)
}
