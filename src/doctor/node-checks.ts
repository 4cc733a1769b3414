import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAppPackage } from '../config/app-package.ts'
import type { Check } from '../convention/doctor.ts'
import { isWithinRange } from './version-range.ts'

/** Compares the Node that runs with what servicex and the app say they need. */
export function checkNode(root: string): Check[] {
  const own = readAppPackage(import.meta.filename, root)
  return [
    checkEngines('what servicex needs', own.root, 'fail'),
    ...(own.root === root ? [] : [checkEngines('what the app needs', root, 'warn')]),
  ]
}

function checkEngines(name: string, root: string, failing: 'warn' | 'fail'): Check {
  const version = process.versions.node
  const range = readEngines(root)
  const about = { category: 'node', name } as const
  if (range === undefined)
    return { ...about, status: 'pass', message: `Node ${version}; package.json names no engines` }
  const isWithin = isWithinRange(version, range)
  if (isWithin === undefined)
    return {
      ...about,
      status: 'pass',
      message: `Node ${version}; engines "${range}" is not compared`,
    }
  if (isWithin) return { ...about, status: 'pass', message: `Node ${version} is within ${range}` }
  return {
    ...about,
    status: failing,
    message: `Node ${version} is not within ${range}`,
    fix: `run the service with a Node of ${range}`,
  }
}

function readEngines(root: string): string | undefined {
  try {
    const json = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      engines?: { node?: unknown }
    }
    return typeof json.engines?.node === 'string' ? json.engines.node : undefined
  } catch {
    return undefined
  }
}
