import { chmod, open } from 'node:fs/promises'

/** Read and written by its owner alone. */
const MODE = 0o600

/** Writes a file that nobody else can read, also where one stood that others could. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', MODE)
  try {
    await chmod(path, MODE)
    await file.writeFile(text)
  } finally {
    await file.close()
  }
}
