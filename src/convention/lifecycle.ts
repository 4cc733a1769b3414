/**
 * The seconds of a shutdown. The runtime obeys them and the manifests allow for them:
 * `terminationGracePeriodSeconds` is at least their sum.
 */
export const SHUTDOWN_SECONDS = {
  /** Time for a removed endpoint to reach every balancer. Kubernetes gives no signal for it; 5 s covers kube-proxy and common ingresses. */
  propagation: 5,
  /** Time for requests under way to end. */
  drain: 10,
  /** Time for `onShutdown` hooks, together. */
  hooks: 5,
  /** Time to deliver the last errors, spans and lines. */
  flush: 5,
} as const

/** How long a crash may hold the process to deliver its error event, seconds. */
export const CRASH_FLUSH_SECONDS = 2
