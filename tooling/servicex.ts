#!/usr/bin/env node
// `servicex`: the commands that look at a service from where it runs, also in its image.
import module from 'node:module'
import { SERVICEX } from './command/catalog.ts'
import type { CommandEntry } from './command/command.ts'
import { runTool } from './run-tool.ts'

module.enableCompileCache()
// The one command that looks at the runtime's half: the catalog of commands knows the tools only.
const doctor: CommandEntry = {
  name: 'doctor',
  summary: 'say what is right and wrong with the service here',
  load: async () => {
    const [{ attachDoctor }, { diagnose }] = await Promise.all([
      import('./command/doctor.ts'),
      import('../src/doctor/index.ts'),
    ])
    return attachDoctor(diagnose)
  },
}
const tool = { ...SERVICEX, commands: [doctor, ...SERVICEX.commands] }
process.exitCode = await runTool(tool, process.argv.slice(2), process)
