import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findBinary } from './binary.ts'
import { makeDataFolder, startServer } from './server-process.ts'

/** A Docker engine of our own: without a network for its containers, and nothing of the machine's engine. */
export interface Dockerd {
  /** What `DOCKER_HOST` is to be. */
  readonly address: string
  /** Runs `docker …` and gives what it printed. */
  readonly docker: (...words: readonly string[]) => Promise<string>
  readonly close: () => Promise<void>
}

const run = promisify(execFile)

/** Starts Debian's dockerd; gives the reason where that cannot be. The caller closes it. */
export async function startDockerd(): Promise<Dockerd | string> {
  const missing = ['dockerd', 'docker'].find((name) => findBinary(name) === undefined)
  if (missing !== undefined) return `this machine has no ${missing}`
  if (process.getuid?.() !== 0) return 'dockerd needs root'
  const folder = makeDataFolder('dockerd')
  const address = `unix://${join(folder, 'socket')}`
  const docker = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run('docker', words, {
      env: { ...process.env, DOCKER_HOST: address },
    })
    return `${stdout}${stderr}`
  }
  writeFileSync(join(folder, 'config.json'), '{}')
  const places = {
    host: address,
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'exec'),
    pidfile: join(folder, 'pid'),
    'config-file': join(folder, 'config.json'),
  }
  const aloof = ['bridge=none', 'iptables=false', 'ip6tables=false', 'ip-forward=false']
  const named = Object.entries(places).map(([name, value]) => `${name}=${value}`)
  try {
    const server = await startServer({
      command: findBinary('dockerd') ?? 'dockerd',
      args: [...named, ...aloof].map((word) => `--${word}`),
      // Its containerd and runc are beside it, which is not on everybody's PATH.
      env: { PATH: `${process.env['PATH']}:/usr/sbin` },
      isReady: async () => (await docker('version')).includes('Server'),
      // It ends its containerd only when it is asked to end.
      stopSignal: 'SIGTERM',
    })
    const close = async (): Promise<void> => {
      await server.close()
      await remove(folder)
    }
    return { address, docker, close }
  } catch (error) {
    await remove(folder)
    return `dockerd does not start here: ${(error as Error).message.trim().split('\n').at(-1)}`
  }
}

/** A container on the machine's own network leaves its name of that behind, as a mount. */
async function remove(folder: string): Promise<void> {
  await run('umount', [join(folder, 'exec/netns/default')]).catch(() => undefined)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
