/** What the inspector's Profiler gives. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  /** The node that was running at each sample, and the time since the sample before, µs. */
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: CallFrame
  readonly children?: readonly number[]
}

interface CallFrame {
  readonly functionName: string
  /** Empty for what is not JavaScript: V8's own work and Node's bindings. */
  readonly url: string
  readonly lineNumber: number
}

/** The time spent in one function itself. */
export interface SelfTime {
  /** `name file:line`; for a binding also whom it was called for. */
  readonly place: string
  /** Whose code it is, or whom it worked for: `servicex`, `node`, a package, the app, V8. */
  readonly owner: string
  readonly micros: number
}

/** Adds the samples of a profile up by function; idle time and the profiler's own are left out. */
export function toSelfTimes(profile: CpuProfile): readonly SelfTime[] {
  const stacks = toStacks(profile)
  const times = new Map<string, SelfTime>()
  for (const [index, id] of profile.samples.entries()) {
    const [frame, ...callers] = stacks.get(id) ?? []
    if (frame === undefined || isLeftOut(frame)) continue
    const caller = isBinding(frame) ? findCaller(callers) : undefined
    const place = caller === undefined ? toPlace(frame) : `${toPlace(frame)} for ${toPlace(caller)}`
    const micros = (times.get(place)?.micros ?? 0) + Math.max(0, profile.timeDeltas[index] ?? 0)
    times.set(place, { place, owner: toOwner(caller ?? frame), micros })
  }
  return [...times.values()]
}

/** Each node's frame and those of its callers, innermost first. */
function toStacks({ nodes }: CpuProfile): ReadonlyMap<number, readonly CallFrame[]> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const stacks = new Map<number, readonly CallFrame[]>()
  const visit = (node: ProfileNode, callers: readonly CallFrame[]): void => {
    const stack = [node.callFrame, ...callers]
    stacks.set(node.id, stack)
    for (const child of node.children ?? []) visit(byId.get(child) as ProfileNode, stack)
  }
  const [root] = nodes
  if (root !== undefined) visit(root, [])
  return stacks
}

function isLeftOut({ functionName, url }: CallFrame): boolean {
  return functionName === '(idle)' || url === 'node:inspector'
}

function isBinding({ url, functionName }: CallFrame): boolean {
  return url === '' && !functionName.startsWith('(')
}

/** Whom a binding works for: the innermost caller that is not Node's own, else the innermost there is. */
function findCaller(callers: readonly CallFrame[]): CallFrame | undefined {
  const scripts = callers.filter(({ url }) => url !== '')
  return scripts.find(({ url }) => !url.startsWith('node:')) ?? scripts[0]
}

function toPlace({ functionName, url, lineNumber }: CallFrame): string {
  const name = `\`${functionName === '' ? 'anonymous' : functionName}\``
  if (url === '') return name
  const file = url.startsWith('node:') ? url : url.split('/').slice(-2).join('/')
  return `${name} ${file}:${lineNumber + 1}`
}

function toOwner({ functionName, url }: CallFrame): string {
  if (url === '') return `V8: ${functionName.replace(/[()]/g, '')}`
  if (url.startsWith('node:')) return 'node'
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []
  return name ?? 'the app'
}
