import { spawn } from 'node:child_process'

type Env = Readonly<Record<string, string | undefined>>

/** Opens an address in the person's browser, where there is one; never fails. */
export function openBrowser(url: string, env: Env): void {
  const command = toOpener(env)
  if (command === undefined) return
  const [file = '', ...args] = command
  const child = spawn(file, [...args, url], { stdio: 'ignore', detached: true, windowsHide: true })
  child.on('error', () => undefined)
  child.unref()
}

function toOpener(env: Env): readonly string[] | undefined {
  switch (process.platform) {
    case 'darwin':
      return ['open']
    case 'win32':
      return ['explorer.exe']
    default:
      return [env['DISPLAY'], env['WAYLAND_DISPLAY']].some(Boolean) ? ['xdg-open'] : undefined
  }
}
