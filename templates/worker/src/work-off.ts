import { job, log } from 'servicex'

/** One piece of work. */
export interface Task {
  readonly id: string
}

/** Where work comes from: put your queue in its place. */
export interface Source {
  take(): Promise<readonly Task[]>
}

const NOTHING: Source = { take: () => Promise.resolve([]) }

/** Works off what there is; each task is a job, with a line, a metric and a trace of its own. Resolves with their number. */
export async function workOff(source: Source = NOTHING): Promise<number> {
  const tasks = await source.take()
  for (const task of tasks) await job('work', () => work(task))
  return tasks.length
}

async function work({ id }: Task): Promise<void> {
  log.info({ task: id }, 'a task is done')
}
