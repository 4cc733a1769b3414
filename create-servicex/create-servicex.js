#!/usr/bin/env node
// `npm create servicex billing` is `npx kube new billing`: this package only makes npm find it.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const manifest = createRequire(import.meta.url).resolve('servicex/package.json')
const kube = join(dirname(manifest), 'dist/kube.js')
const words = process.argv.slice(2)
const child = spawn(process.execPath, [kube, 'new', ...(words.length === 0 ? ['--help'] : words)], {
  stdio: 'inherit',
})
child.on('close', (code, signal) => {
  if (signal === null) process.exitCode = code ?? 1
  else process.kill(process.pid, signal)
})
