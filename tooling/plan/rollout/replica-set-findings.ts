import type { Finding } from './finding.ts'
import type { ReplicaSetObject } from './objects.ts'
import { VERDICTS } from './verdict-code.ts'

/** Says why a ReplicaSet can make no pods: quota at once, a refusal at once, anything else if it lasts. */
export function findInReplicaSet({ metadata, status }: ReplicaSetObject): Finding[] {
  const failure = status?.conditions?.find(
    ({ type, status: is }) => type === 'ReplicaFailure' && is === 'True',
  )
  if (failure === undefined) return []
  const { message = '' } = failure
  const code = /exceeded quota|must specify (?:limits|requests)|failed quota/i.test(message)
    ? 'QUOTA'
    : 'ADMISSION'
  const isRefusal = /denied|forbidden|violates|invalid|not allowed/i.test(message)
  return [
    {
      code,
      certainty: code === 'QUOTA' || isRefusal ? 'failed' : 'worrying',
      subject: `ReplicaSet ${metadata.name}`,
      message,
      suggestion: VERDICTS[code].suggestion,
    },
  ]
}
