import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Gives the folder of what can be made again: `$XDG_CACHE_HOME/servicex`, else the place of the system.
 * A relative XDG_CACHE_HOME does not count, as its specification says.
 */
export function readCacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
  home: string = homedir(),
): string {
  const named = env['XDG_CACHE_HOME']
  if (named !== undefined && isAbsolute(named)) return join(named, 'servicex')
  return platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'servicex')
    : join(home, '.cache', 'servicex')
}
