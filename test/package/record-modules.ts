// Preloaded into a child: writes the URL of every module the process loads, one a line, to the file
// that RECORD_MODULES_TO names.
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const file = process.env['RECORD_MODULES_TO'] ?? ''

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${url}\n`)
    return nextLoad(url, context)
  },
})
