// Preloaded: counts every file that is loaded as a module, ES or CommonJS.
import { registerHooks } from 'node:module'

const files = new Set()
globalThis.loadedModules = files

registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) files.add(url)
    return nextLoad(url, context)
  },
})
