import { cpSync } from 'node:fs'
import { join } from 'node:path'

/** A service that is built. */
export interface Subject {
  readonly name: string
  readonly title: string
  /** The module that starts it. */
  readonly main: string
  /** What it depends on beside servicex. */
  readonly packages: readonly string[]
  /** How a Dockerfile brings its files into the image: not the lockfile, nor tarballs. */
  readonly copies: readonly string[]
  /** Writes its own files; `src/change.ts` is not among them. */
  readonly write: (folder: string, write: (path: string, text: string) => void) => void
}

const examples = join(import.meta.dirname, '../../examples')

/** A service of nothing but servicex, and one of the demo's two. */
export const SUBJECTS: readonly Subject[] = [
  {
    name: 'hello',
    title: "a service with servicex's own dependencies",
    main: 'src/app.ts',
    packages: [],
    copies: ['COPY package.json ./', 'COPY src ./src'],
    write: (_, write) =>
      write(
        'src/app.ts',
        `import { createServer } from 'node:http'
import { init } from 'servicex'
import { change } from './change.ts'
init()
createServer((_request, response) => response.end(String(change))).listen(8080)
`,
      ),
  },
  {
    name: 'billing',
    title: "the demo's billing: Fastify, zod, a contract",
    main: 'src/app.ts',
    packages: ['fastify', 'zod'],
    copies: ['COPY package.json contract.json *.ts ./', 'COPY src ./src'],
    write: (folder) => cpSync(join(examples, 'billing'), folder, { recursive: true }),
  },
]
