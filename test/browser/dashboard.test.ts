import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendTraffic } from '../../examples/demo/send-traffic.ts'
import { type RunningDashboard, startDashboard } from '../../examples/demo/start-dashboard.ts'
import { CHROMIUM, type Misdeeds, NO_CHROMIUM, openBrowser, openPage } from './chromium.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const VIEWS = [
  '/',
  '/traces',
  '/logs',
  '/errors',
  '/metrics',
  'a trace',
  'an error',
  'a line',
] as const
const PAGE_FILE = join(import.meta.dirname, '../../dist/tool/dashboard.html')
const title = (what: string): string =>
  NO_CHROMIUM === undefined ? what : `${what} (skipped: ${NO_CHROMIUM})`

test('the page is one file of at most 60 kB gzipped, and names no other origin', () => {
  const html = readFileSync(PAGE_FILE)
  expect(gzipSync(html, { level: 9 }).byteLength).toBeLessThan(60_000)
  expect(html.toString().match(/<(?:script|link|img)[^>]+(?:src|href)=["']?http/g)).toBeNull()
})

describe.skipIf(NO_CHROMIUM !== undefined)(title(`the page of the demo in ${CHROMIUM}`), () => {
  let dashboard: RunningDashboard
  let browser: Browser
  let page: Page
  let misdeeds: Misdeeds

  beforeAll(async () => {
    ;[dashboard, browser] = await Promise.all([startDashboard(['users', 'billing']), openBrowser()])
    await sendTraffic(dashboard.services[0]?.url ?? '')
    ;({ page, misdeeds } = await openPage(browser, dashboard.url))
  })
  afterAll(async () => {
    await browser?.close()
    await dashboard?.stop()
  })

  test('the story of the failing request is three clicks long', async () => {
    await page.locator('.error-row', { hasText: 'billing' }).first().waitFor()
    await page.locator('.error-row').first().click()
    await page.locator('.stack .own').first().waitFor()

    await page.getByText('See the whole trace').click()
    await page.locator('.span').nth(3).waitFor()
    const services = await page.locator('.span-service').allTextContents()
    expect(new Set(services)).toEqual(new Set(['billing', 'users']))
    await page.locator('.said-error', { hasText: 'Unterminated string in JSON' }).first().waitFor()
    expect(await page.locator('.said', { hasText: /GET .* 500/ }).count()).toBeGreaterThanOrEqual(2)
    const traceId = await page.locator('.id code').textContent()

    await page
      .locator('.counted a', { hasText: 'http_server_request_duration_seconds' })
      .first()
      .click()
    await page.locator('.exemplar.marked').waitFor()
    expect(new URL(page.url()).searchParams.get('trace')).toBe(traceId)
    expect(await page.locator('.mark').count()).toBeGreaterThan(0)
  })

  test('a point of a metric leads back to its trace', async () => {
    await page.locator('.exemplar.marked').focus()
    await page.keyboard.press('Enter')
    await page.locator('.span').first().waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/traces\/[0-9a-f]{32}$/)
  })

  test('a request that comes while one looks on appears by itself', async () => {
    await page.goto(new URL('/traces', page.url()).href)
    await page.locator('.scroller .row').first().waitFor()
    const before = await page.locator('.note').textContent()
    await fetch(`${dashboard.services[0]?.url}/users/1`)
    await page
      .locator('.note')
      .filter({ hasNotText: before ?? '' })
      .waitFor()
  })

  test('filters stand in the address, and a link with them shows the same', async () => {
    await page.getByRole('button', { name: 'Failed' }).click()
    await page.getByLabel('Service').selectOption('users')
    await page.getByRole('searchbox').fill('users')
    await page.waitForURL(/q=users/)
    const link = page.url()
    expect(Object.fromEntries(new URL(link).searchParams)).toEqual({
      status: 'error',
      service: 'users',
      q: 'users',
    })
    await page.goto(link)
    await page.locator('.note', { hasText: /^1 trace$/ }).waitFor()
    expect(await page.getByRole('searchbox').inputValue()).toBe('users')
  })

  test('everything is reached by keys: g t, j, Enter, /, ?', async () => {
    await page.goto(new URL('/', page.url()).href)
    await page.locator('.error-row').first().waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.locator('.scroller .row').first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    const focused = await page.evaluate('document.activeElement.getAttribute("href")')
    expect(focused).toBe(await page.locator('.operation a').first().getAttribute('href'))
    await page.keyboard.press('Enter')
    await page.locator('.span').first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.locator('.details').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.locator('.line').first().waitFor()
    await page.keyboard.press('/')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
  })

  test('a line is shown in full, and a request is copied as curl', async () => {
    await page.goto(new URL('/logs?severity=error', page.url()).href)
    await page.locator('.line').first().click()
    await page.locator('.side a', { hasText: 'See its trace' }).click()
    await page.locator('.span').first().waitFor()
    await page.locator('.actions button', { hasText: 'Copy as curl' }).click()
    await page.getByText('Copied').waitFor()
    const command = await page.evaluate('navigator.clipboard.readText()')
    expect(command).toMatch(/^curl http:\/\/127\.0\.0\.1:\d+\/users\/7$/)
  })

  test.for(VIEWS)(
    '%s has no fault that axe finds: roles, names, contrast in light and dark',
    async (view) => {
      await goTo(page, view)
      await page.evaluate(AXE)
      await page.emulateMedia({ colorScheme: 'light' })
      expect(await page.evaluate(findFaults, [])).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await page.evaluate(findFaults, ['color-contrast'])).toEqual([])
    },
  )

  test('nothing stands in its console, and it asked no other origin', () => {
    expect(misdeeds).toEqual({ console: [], foreign: [] })
  })
})

/** Goes to a view, and waits until it shows something. */
async function goTo(page: Page, path: string): Promise<void> {
  const origin = new URL(page.url()).origin
  if (path.startsWith('/')) {
    await page.goto(origin + path)
    await page.locator('.card, .scroller .row, .error-row, .chart').first().waitFor()
  } else if (path === 'a line') {
    await page.goto(`${origin}/logs`)
    await page.locator('.line-error').first().click()
    await page.locator('.side').waitFor()
  } else {
    await page.goto(`${origin}/errors`)
    await page.locator('.error-row').first().click()
    await page.locator('.stack').waitFor()
    if (path === 'an error') return
    await page.getByText('See the whole trace').click()
    await page.locator('.span').first().click()
    await page.locator('.details').waitFor()
  }
}

interface Axe {
  run(options: object): Promise<{ readonly violations: readonly Violation[] }>
}

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** Runs in the page: looks for what breaks `rules`, or any rule. */
async function findFaults(rules: readonly string[]): Promise<string[]> {
  const { axe } = globalThis as unknown as { readonly axe: Axe }
  const { violations } = await axe.run(rules.length === 0 ? {} : { runOnly: rules })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  )
}
