import type { CycloneDx } from './cyclonedx.ts'

/** Gives the bill of an image that was put on another base: the same, with the new base in it. */
export function rebaseSbom(
  bill: CycloneDx,
  base: { readonly name: string; readonly digest: string },
): CycloneDx {
  const ref = `${base.name}@${base.digest}`
  const before = bill.components
    .filter(isBase)
    .map((each) => (each as { 'bom-ref': string })['bom-ref'])
  const toRef = (each: string): string => (before.includes(each) ? ref : each)
  return {
    ...bill,
    components: bill.components.map((each) =>
      isBase(each) ? { ...each, 'bom-ref': ref, name: base.name, version: base.digest } : each,
    ),
    dependencies: bill.dependencies.map((each) => ({
      ref: toRef(each.ref),
      dependsOn: each.dependsOn.map(toRef).sort(),
    })),
  }
}

function isBase(component: object): boolean {
  return 'type' in component && component.type === 'container' && 'bom-ref' in component
}
