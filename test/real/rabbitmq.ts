import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBinary } from './binary.ts'
import { exchangeBytes } from './exchange.ts'
import { findFreePort, makeDataFolder, startServer, type ServerProcess } from './server-process.ts'

/** A RabbitMQ of this test's own. */
export interface Rabbitmq {
  readonly port: number
  /** `amqp://guest:guest@127.0.0.1:…`. */
  readonly url: string
  readonly close: () => Promise<void>
}

const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1')
const METHOD_FRAME = 1

/**
 * Starts RabbitMQ on free ports, with a node name and a port mapper (epmd) of its own, so that it
 * meets no other node of the machine. Resolves `undefined` where it is not installed.
 */
export async function startRabbitmq(): Promise<Rabbitmq | undefined> {
  const command = findBinary('rabbitmq-server')
  const epmd = findBinary('epmd')
  if (command === undefined || epmd === undefined) return undefined
  const folder = makeDataFolder('rabbitmq')
  const [port, distPort, epmdPort] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ]
  const env = { ...toSettings(folder, port, distPort), ...toMapperSettings(epmdPort) }
  const mapper = await startMapper(epmd, epmdPort)
  const server = await startServer({
    command,
    args: [],
    env,
    folder,
    isReady: async () => (await exchangeBytes(port, PROTOCOL_HEADER))[0] === METHOD_FRAME,
  }).catch(async (error: unknown) => {
    await mapper.close()
    throw error
  })
  return {
    port,
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    close: async () => {
      await Promise.all([server.close(), mapper.close()])
    },
  }
}

/** Run by us in the foreground: one that the node starts by itself would outlive it. */
function startMapper(epmd: string, port: number): Promise<ServerProcess> {
  return startServer({
    command: epmd,
    args: [],
    env: toMapperSettings(port),
    isReady: async () => (await exchangeBytes(port, NAMES_REQUEST)).readUInt32BE(0) === port,
  })
}

/** EPMD's NAMES_REQ: a length of 1 and the tag `n`. The answer begins with its port. */
const NAMES_REQUEST = Buffer.from([0, 1, 0x6e])

function toMapperSettings(port: number): Record<string, string> {
  return { ERL_EPMD_PORT: String(port), ERL_EPMD_ADDRESS: '127.0.0.1' }
}

function toSettings(folder: string, port: number, distPort: number): Record<string, string> {
  const pluginsFile = join(folder, 'plugins')
  writeFileSync(pluginsFile, '[].\n')
  return {
    HOME: folder,
    RABBITMQ_NODENAME: `servicex-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: pluginsFile,
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    // makes the start script become the server instead of watching over it
    RUNNING_UNDER_SYSTEMD: 'true',
  }
}
