import AxeBuilder from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page that counts how far its content has jumped, as browsers measure it. */
export async function openPage(browser: Browser, url: string, size = { width: 1440, height: 900 }): Promise<Page> {
  const page = await browser.newPage({ viewport: size });
  page.setDefaultTimeout(20_000);
  await page.addInitScript(`
    globalThis.jumps = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.jumps += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });`);
  await page.goto(url);
  return page;
}

/** What axe-core finds wrong, as `rule: element`. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(`globalThis.axe ?? (() => { ${AxeBuilder.source} })()`);
  const found = await page.evaluate(`globalThis.axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`);
  return found as readonly string[];
}

/** By how much the page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}
