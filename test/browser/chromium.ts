import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Where Debian puts it. */
export const CHROMIUM = '/usr/bin/chromium'

/** Why the tests of the page are skipped, where they are. */
export const NO_CHROMIUM: string | undefined = existsSync(CHROMIUM)
  ? undefined
  : `${CHROMIUM} is not installed`

/** It speaks to nobody but the page. */
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

/** What a page did that it must not. */
export interface Misdeeds {
  /** What stood in its console. */
  readonly console: string[]
  /** Addresses of other origins that it asked. */
  readonly foreign: string[]
}

/** Opens a browser with a new profile; the test closes it. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

/** Opens a page that tells of its misdeeds. */
export async function openPage(
  browser: Browser,
  url: string,
): Promise<{ readonly page: Page; readonly misdeeds: Misdeeds }> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const page = await context.newPage()
  const misdeeds: Misdeeds = { console: [], foreign: [] }
  const { origin } = new URL(url)
  page.on('console', (message) => misdeeds.console.push(message.text()))
  page.on('pageerror', (error) => misdeeds.console.push(error.message))
  page.on('request', (request) => {
    const address = request.url()
    if (!address.startsWith(`${origin}/`) && !address.startsWith('data:'))
      misdeeds.foreign.push(address)
  })
  await page.goto(url)
  await page.waitForSelector('h1')
  return { page, misdeeds }
}
