#!/usr/bin/env node
// `kube`: argv → lazily import ONE command → exit code.
import module from 'node:module'
import { KUBE } from './command/catalog.ts'
import { runTool } from './run-tool.ts'

// An older Node has none; which one is needed is told of below.
module.enableCompileCache?.()
process.exitCode = await runTool(KUBE, process.argv.slice(2), process)
