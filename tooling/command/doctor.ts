import type { Diagnosis } from '../../src/convention/doctor.ts'
import { EXIT } from '../report/exit-code.ts'
import { toDiagnosisJson, toDiagnosisText } from '../report/diagnosis.ts'
import type { AttachCommand } from './command.ts'

/** Looks at the service of a folder. */
export type Diagnose = (cwd: string) => Promise<Diagnosis>

/** `servicex doctor`: prints what is right and wrong with a service where it runs; exits 1 when a check fails. */
export function attachDoctor(diagnose: Diagnose): AttachCommand {
  return (command, { terminal, finish }) => {
    command
      .argument('[folder]', 'the folder of the service', '.')
      .option('--json', 'print one JSON object')
      .action(async (folder: string, options: { readonly json?: boolean }) => {
        const diagnosis = await diagnose(folder)
        terminal.stdout.write(
          options.json ? toDiagnosisJson(diagnosis) : toDiagnosisText(diagnosis),
        )
        finish(diagnosis.summary.fail === 0 ? EXIT.done : EXIT.failed)
      })
  }
}
