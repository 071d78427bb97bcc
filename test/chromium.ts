import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser } from 'playwright-core'

/** A real Chromium, from the npm package that carries one. */
export async function launchChromium(): Promise<Browser> {
  // Written for a cloud function; of its switches these two end the browser with its first closed page.
  const args = chromium.args.filter((one) => one !== '--single-process' && one !== '--no-zygote')
  return playwright.launch({ executablePath: await chromium.executablePath(), args })
}
