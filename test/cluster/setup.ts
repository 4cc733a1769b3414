import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import buildOnce from '../package/build-once.ts'
import { writePackage } from '../package/packed.ts'
import { openApi } from './api.ts'
import { type Cluster, openLab, whyNoLab } from './lab.ts'

/** Where this repository's packages are found. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache')

/**
 * Finds the cluster for the tests of this folder: what KUBECONFIG_TEST and KUBE_TEST_REGISTRY name, else the
 * one beside this repository, which is started here and stopped again when it was not running. Without
 * either, the tests are skipped.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const problem = whyNoCluster()
  if (problem !== undefined) {
    project.provide('noPlace', problem)
    return () => undefined
  }
  await buildOnce()
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'servicex-cluster-'))
  const cache = mkdtempSync(join(tmpdir(), 'servicex-cluster-'))
  const { tarball } = await writePackage(folder)
  // What others build in the meantime changes nothing here.
  execFileSync('tar', ['--extract', '--gzip', '--file', tarball, '--directory', folder])
  const servicex = join(folder, 'package')
  const named = readNamed()
  const { cluster, close } =
    named === undefined ? openLab() : { cluster: named, close: () => undefined }
  try {
    const api = await openApi(cluster)
    const { minor } = await api.client.json<{ minor: string }>({ method: 'GET', path: '/version' })
    api.client.close()
    project.provide('place', {
      ...cluster,
      minor: Number.parseInt(minor, 10),
      tarball,
      servicex,
      cache,
    })
  } catch (error) {
    close()
    throw error
  }
  return () => {
    close()
    for (const each of [folder, cache]) rmSync(each, { recursive: true, force: true })
  }
}

function whyNoCluster(): string | undefined {
  if (readNamed() !== undefined) return undefined
  if (process.env['KUBECONFIG_TEST'] !== undefined) return 'KUBE_TEST_REGISTRY is not set'
  return whyNoLab()
}

/** A cluster that somebody names: by its kubeconfig's current context, or KUBE_TEST_CONTEXT. */
function readNamed(): Cluster | undefined {
  const { env } = process
  const kubeconfig = env['KUBECONFIG_TEST']
  const registry = env['KUBE_TEST_REGISTRY']
  if (kubeconfig === undefined || registry === undefined) return undefined
  const words = ['--kubeconfig', kubeconfig, 'config', 'current-context']
  const context =
    env['KUBE_TEST_CONTEXT'] ?? execFileSync('kubectl', words, { encoding: 'utf8' }).trim()
  const baseImage = env['KUBE_TEST_BASE_IMAGE']
  return {
    kubeconfig,
    context,
    registry,
    isThrowaway: false,
    ...(baseImage === undefined ? {} : { baseImage }),
  }
}
