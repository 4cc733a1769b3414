import { spawn } from 'node:child_process'
import { LABELS } from '../../../src/convention/labels.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { PodObject } from '../../plan/rollout/objects.ts'
import { listObjects } from '../cluster/objects.ts'
import type { WorkloadPlace } from './change-workload.ts'

/** What is run, and with what. */
export interface ExecCall extends WorkloadPlace {
  /** Without a shell. */
  readonly command: readonly string[]
  /** A terminal is passed through. */
  readonly isInteractive: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Gives the pods of a process that are ready. */
export async function listReadyPods({
  client,
  app,
  process,
}: WorkloadPlace): Promise<readonly string[]> {
  const key = { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', namespace: app } }
  const pods = await listObjects<PodObject>(client, key, {
    labelSelector: `${LABELS.partOf}=${app},${LABELS.component}=${process}`,
  })
  return pods
    .filter(({ metadata, status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')
      return metadata.deletionTimestamp === undefined && ready?.status === 'True'
    })
    .map(({ metadata }) => metadata.name)
}

/**
 * Runs a command in a pod by kubectl, which is there wherever people look into pods. Resolves with
 * its exit code; rejects with SERVICEX_USAGE when kubectl is not on the PATH.
 */
export async function execInPod(pod: string, call: ExecCall): Promise<number> {
  const { app, client, command, env, isInteractive, process: name } = call
  const child = spawn(
    'kubectl',
    [
      `--context=${client.access.context}`,
      `--namespace=${app}`,
      'exec',
      isInteractive ? '--stdin' : '--quiet',
      ...(isInteractive ? ['--tty'] : []),
      `--container=${name}`,
      pod,
      '--',
      ...command,
    ],
    { stdio: [isInteractive ? 'inherit' : 'ignore', 'inherit', 'inherit'], env },
  )
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new ServicexError('SERVICEX_USAGE', {
          summary: `kubectl cannot be started: ${cause.message}`,
          fix: 'install kubectl; only this command needs it',
          cause,
        }),
      ),
    )
    child.once('close', (code) => resolve(code ?? 1))
  })
}
