/** Gives the resource's name of `apps/v1/Deployment`: `deployments`. */
export function toPluralName(name: string): string {
  const kind = (name.split('/').at(-1) ?? '').toLowerCase()
  if (kind.endsWith('policy')) return `${kind.slice(0, -1)}ies`
  return kind.endsWith('s') ? `${kind}es` : `${kind}s`
}
