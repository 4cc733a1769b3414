import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
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

/** What a command in a pod came to. */
export interface PodReply {
  readonly exitCode: number
  readonly output: string
}

/**
 * Runs a command in a pod by kubectl, which is there wherever people look into pods. Resolves with
 * its exit code; rejects with SERVICEX_USAGE when kubectl is not on the PATH.
 */
export async function execInPod(pod: string, call: ExecCall): Promise<number> {
  const input = call.isInteractive ? 'inherit' : 'ignore'
  return ended(start(pod, call, [input, 'inherit', 'inherit']))
}

/** Runs a command in a pod as `execInPod` does, and gives what it wrote to standard output. */
export async function askPod(
  pod: string,
  call: Omit<ExecCall, 'isInteractive'>,
): Promise<PodReply> {
  const child = start(pod, { ...call, isInteractive: false }, ['ignore', 'pipe', 'inherit'])
  const [exitCode, output] = await Promise.all([ended(child), text(child.stdout as Readable)])
  return { exitCode, output }
}

function start(pod: string, call: ExecCall, stdio: StdioOptions): ChildProcess {
  const { app, client, command, env, isInteractive, process: name } = call
  return spawn(
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
    { stdio, env },
  )
}

function ended(child: ChildProcess): Promise<number> {
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
