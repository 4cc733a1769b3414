import type { ChangeEvent } from '../../tooling/plan/dev/api.ts'
import { makeCell, type Cell } from './cell.ts'

/** Whether changes arrive. */
export type Connection = 'connecting' | 'live' | 'lost'

/** How far each list has come, by what the server last said. */
export const changes: Cell<ChangeEvent> = makeCell({
  traces: 0,
  logs: 0,
  errors: 0,
  metrics: 0,
  services: 0,
})

/** Whether changes arrive. */
export const connection: Cell<Connection> = makeCell<Connection>('connecting')

/** Whether the person wants lists to stand still. */
export const isPaused: Cell<boolean> = makeCell(false)

/** Begins to listen; the browser connects again by itself. */
export function listen(): () => void {
  const source = new EventSource('/api/events')
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    connection.write('live')
    changes.write(JSON.parse(data) as ChangeEvent)
  })
  source.addEventListener('open', () => connection.write('live'))
  source.addEventListener('error', () => connection.write('lost'))
  return () => source.close()
}
