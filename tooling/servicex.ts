#!/usr/bin/env node
// `servicex`: the commands that look at a service from where it runs, also in its image.
import module from 'node:module'
import { SERVICEX } from './command/catalog.ts'
import { runTool } from './run-tool.ts'

module.enableCompileCache()
process.exitCode = await runTool(SERVICEX, process.argv.slice(2), process)
