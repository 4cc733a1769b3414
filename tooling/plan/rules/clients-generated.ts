import type { Breach, Rule } from './rule.ts'

const CONTRACT = /^clients\/([^/]+)\.contract\.json$/

/** Calls of the company's services go through generated clients, whose contract is committed. */
export const clientsGenerated: Rule = {
  id: 'clients-generated',
  sentence: 'Every client is generated, and committed with the contract it was generated from.',
  reason:
    'The contract pins what the caller relies on: a deploy of either side can be checked against it.',
  fix: 'run kube client add NAME, and commit clients/',
  severity: 'error',
  maxExceptionDays: 60,
  check: ({ paths }) => {
    const all = new Set(paths)
    const names = paths.flatMap((path) => CONTRACT.exec(path)?.[1] ?? [])
    const incomplete = names.flatMap((name) =>
      [`clients/${name}.js`, `clients/${name}.d.ts`]
        .filter((path) => !all.has(path))
        .map((path): Breach => ({
          what: `${path} is missing`,
          path: `clients/${name}.contract.json`,
        })),
    )
    const foreign = paths
      .filter((path) => /^clients\/[^/]+\.js$/.test(path))
      .filter((path) => !names.includes(path.slice('clients/'.length, -'.js'.length)))
      .map((path): Breach => ({ what: 'has no contract beside it', path }))
    return [...incomplete, ...foreign]
  },
}
