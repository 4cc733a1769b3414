import { expect, onTestFinished, test } from 'vitest'
import { openPods } from '../../../bench/resilience/fault-pods.ts'
import { openServicex } from '../../../bench/resilience/systems/servicex.ts'

test.for([1, 5])(
  'a call with %s ms left is not sent: its answer would come too late',
  async (deadlineMs) => {
    const pods = await openPods(1)
    onTestFinished(() => pods.close())
    const caller = openServicex(pods)
    expect(await caller.get({ deadlineMs })).toMatchObject({
      ok: false,
      code: 'deadline_exceeded',
      sent: false,
    })
    expect(pods.all[0]?.hits).toBe(0)
    expect(await caller.get({ deadlineMs: 2000 })).toMatchObject({ ok: true })
  },
)
