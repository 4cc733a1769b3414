// The page of `kube dev`: what services on this machine do, as one thing. It reads the local HTTP
// API and nothing else; `npm run build` makes one file of it, dist/tool/dashboard.html.
import { render } from 'preact'
import { App } from './app.tsx'
import { applyTheme } from './state/theme.ts'

const root = document.querySelector('#app')
if (root === null) throw new Error('the page has no #app')
applyTheme()
render(<App />, root)
