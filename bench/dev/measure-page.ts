import { chromium } from 'playwright-core'

/** Where Debian puts it. */
export const CHROMIUM = '/usr/bin/chromium'

/** A page that looks on. */
export interface WatchingPage {
  /** Loads the list of traces anew; gives when its first rows were painted, ms after the navigation began. */
  readonly measureFirstPaint: () => Promise<number>
  readonly close: () => Promise<void>
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Notes when the first row of the list has been painted. */
const OBSERVE = `
  new MutationObserver((_, observer) => {
    if (document.querySelector('.scroller .row') === null) return
    observer.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.paintedMs = performance.now() }))
  }).observe(document, { childList: true, subtree: true })
`

/** Opens the page in a browser with a new profile; the caller closes it. */
export async function openWatchingPage(url: string): Promise<WatchingPage> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(url)
  await page.addInitScript(OBSERVE)
  return {
    async measureFirstPaint() {
      await page.goto(new URL('/traces', url).href)
      await page.locator('.scroller .row').first().waitFor()
      for (;;) {
        const paintedMs = await page.evaluate<number | undefined>('globalThis.paintedMs')
        if (paintedMs !== undefined) return paintedMs
      }
    },
    close: () => browser.close(),
  }
}
