import { execFileSync } from 'node:child_process'
import { findKubectl } from '../real/kubectl.ts'
import type { Place } from './place.ts'

const kubectl = await findKubectl()

/** Why nothing can be applied by hand here. */
export const noKubectl: string | undefined = 'problem' in kubectl ? kubectl.problem : undefined

/** Makes a namespace with a Service `web` in it by `kubectl apply`, as somebody did before there was kube. */
export function applyByHand({ kubeconfig, context }: Place, namespace: string): void {
  if (!('path' in kubectl)) return
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace, annotations: { team: 'old' } },
      spec: {
        sessionAffinity: 'ClientIP',
        selector: { app: 'old' },
        ports: [{ name: 'old', port: 81, protocol: 'TCP' }],
      },
    },
  ]
  const words = ['--kubeconfig', kubeconfig, '--context', context, 'apply', '-f', '-']
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  execFileSync(kubectl.path, words, { input, stdio: ['pipe', 'ignore', 'inherit'] })
}
