import { applyObjects } from './apply-objects.ts'
import type { DeployContext } from './deploy-context.ts'
import { type HistoryEntry, unpackManifests } from './history.ts'
import { watchRollouts } from './watch-rollouts.ts'

/** What is known of the rollout that failed. */
export interface RollBackOptions {
  /** No pod was rolled: there is nothing to wait for. */
  readonly isBeforeRoll: boolean
}

const TIMEOUT_MS = 180_000

/** Applies again what an earlier deploy has applied, and waits for it to serve. Says whether it does. */
export async function rollBack(
  context: DeployContext,
  entry: HistoryEntry,
  { isBeforeRoll }: RollBackOptions,
): Promise<boolean> {
  const { report } = context
  const manifests = unpackManifests(entry)
  if (manifests === undefined) return false
  report({ type: 'phase', title: `Roll back to ${entry.revision.slice(0, 12)}` })
  await applyObjects(context, manifests)
  if (isBeforeRoll) return true
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment')
  const outcome = await watchRollouts(context, deployments, { timeoutMs: TIMEOUT_MS })
  if (outcome.kind === 'succeeded') return true
  for (const { said, ...finding } of outcome.findings)
    report({ type: 'finding', finding, evidence: said })
  return false
}
