// Takes the pictures of docs/dev.md anew, from a run of the demo: `npm run build && node scripts/docs-images.ts`. Needs Debian's chromium.
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { sendTraffic } from '../examples/demo/send-traffic.ts'
import { startDashboard } from '../examples/demo/start-dashboard.ts'

const IMAGES = join(import.meta.dirname, '../docs/images')
const ROUNDS = 6

const dashboard = await startDashboard(['users', 'billing'])
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' })
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    await sendTraffic(dashboard.services[0]?.url ?? '')
    // Traffic in one instant would be one bar of each plot, and one point.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
  }
  await takeOverview(browser, dashboard.url)
  await takeStory(browser, dashboard.url)
} finally {
  await browser.close()
  await dashboard.stop()
}

async function takeOverview(on: Browser, url: string): Promise<void> {
  const page = await open(on, url, 'light')
  await page.locator('.error-row').nth(1).waitFor()
  await take(page, 'dev-overview-light')
}

/** The three clicks: an error, its trace, a metric that it moved. */
async function takeStory(on: Browser, url: string): Promise<void> {
  const page = await open(on, url, 'light')
  await page.locator('.error-row', { hasText: 'SyntaxError' }).first().click()
  await page.locator('.stack .own').first().waitFor()
  await take(page, 'dev-error')
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByText('See the whole trace').click()
  await page.locator('.said-error').first().waitFor()
  await page.locator('.counted a').nth(3).waitFor()
  await take(page, 'dev-trace-dark')
  await page.locator('.counted a', { hasText: 'http_server_request_duration' }).first().click()
  await page.locator('.exemplar.marked').waitFor()
  await take(page, 'dev-metric')
}

async function open(on: Browser, url: string, colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await on.newContext({ viewport: { width: 1120, height: 700 }, colorScheme })
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForSelector('h1')
  return page
}

async function take(page: Page, name: string): Promise<void> {
  // What is new has a colour for a moment.
  await page.waitForTimeout(1_500)
  await page.screenshot({ path: join(IMAGES, `${name}.png`) })
}
