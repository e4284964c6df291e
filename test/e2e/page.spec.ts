import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { docker } from '../support/docker.ts';
import { openBrowser, openPage, overflow, violations } from '../support/page.ts';
import { ensureTestImage, findTestEngine } from '../support/real-engine.ts';
import { removeServed, unitContainers } from '../support/served.ts';
import { TestServe } from '../support/serve.ts';
import { buildUnitImages, unitImages } from '../support/unit-images.ts';

/** Where pictures go; absent: none are taken. */
const pictures = process.env['PAGE_PICTURES'];

describe('the page of serve', function () {
  this.timeout(120_000);
  const name = `dops-test-page-${randomBytes(3).toString('hex')}`;
  const data = mkdtempSync(join(tmpdir(), 'dockerops-page-'));
  const token = randomBytes(8).toString('hex');
  let server: TestServe;
  let browser: Browser;
  let page: Page;

  const start = (port = '0'): TestServe =>
    new TestServe(['--data', data, '--name', name, '--deploy-timeout', '60s'], { TOKEN: token }, port);

  before(async function () {
    const engine = await findTestEngine();
    if (engine === undefined) return this.skip();
    await ensureTestImage(engine);
    await buildUnitImages();
    server = await start().ready();
    for (const service of ['api', 'web'])
      await server.ask('POST', '/services', {
        name: service,
        dockerRepository: 'dops-test/unit',
        numInstances: 2,
        env: { LEVEL: 'info', API_TOKEN: 'must-not-be-shown' },
      });
    browser = await openBrowser();
    page = await openPage(browser, server.url);
  });
  after(async () => {
    /* eslint-disable @typescript-eslint/no-unnecessary-condition -- skipped without an engine */
    await browser?.close();
    await server?.end('SIGTERM');
    /* eslint-enable @typescript-eslint/no-unnecessary-condition */
    await removeServed(name);
    rmSync(data, { recursive: true });
  });

  const picture = async (title: string): Promise<void> => {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${title}.png`) });
  };
  // Its name is made of pieces, between which a browser may put blanks.
  const box = (unit: string, state: string) =>
    page.getByRole('button', { name: new RegExp(`^${unit.replace('-', '- ?')} ?, ${state}`) });
  const deploy = async (image: string): Promise<void> => {
    await page.getByRole('button', { name: 'Deploy…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Image of the new version').fill(image);
    await dialog.getByRole('button', { name: 'Show the plan' }).click();
    await dialog.getByText('create-container').first().waitFor();
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  };

  it('asks for the token, and says when it is wrong', async () => {
    await page.getByLabel(/This tab alone keeps it/).fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The server does not know this token.').waitFor();
    await page.getByLabel(/This tab alone keeps it/).fill(token);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^0 units on 1 host$/ }).waitFor();
    await page.getByText('never deployed').first().waitFor();
  });

  it('shows the plan of a deploy, and its phases as they come', async () => {
    await page.goto(`${server.url}/#/service/web`);
    await deploy(unitImages.one);
    await page.getByText('2 of 2 ready').waitFor();
    expect(await page.locator('.phases .is-done').count()).to.equal(6);
    expect(await page.content()).not.to.include('must-not-be-shown');
    await page.goto(`${server.url}/#/service/api`);
    await deploy(unitImages.one);
    await page.getByText('2 of 2 ready').waitFor();
    await page.keyboard.press('1');
    await box('web-1-1', 'running').waitFor();
    await page.getByText(/^Nothing needs attention since/).waitFor();
    await picture('overview');
  });

  it('shows without a reload that a container was removed, and nothing moves', async () => {
    await page.evaluate('globalThis.jumps = 0');
    const [container = ''] = await unitContainers(name, 'web');
    await docker('rm', '-f', container);
    await box('web-1-1', 'gone').waitFor();
    await box('web-1-1', 'running').waitFor();
    expect(await page.evaluate('globalThis.jumps')).to.equal(0);
  });

  it('goes from unit to unit by keys, opens the reason of one, and comes back to it', async () => {
    await box('api-1-1', 'running').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'web-1-2 running' }).waitFor();
    expect(page.url()).to.include('unit=web-1-2');
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.dataset.unit')).to.equal('web-1-2');
  });

  it('says why a deploy has failed, and that what ran was not touched', async () => {
    await page.goto(`${server.url}/#/service/api`);
    await deploy(unitImages.bad);
    await page
      .getByRole('alert')
      .getByText(/Failed:/)
      .waitFor();
    await page.getByText('its last words').waitFor();
    await picture('failed-deploy');
    await page.keyboard.press('1');
    await page
      .getByRole('listitem')
      .getByText(/Deploy failed in starting/)
      .waitFor();
    expect(await page.title()).to.equal('(1) overview · dockerops');
    await picture('attention');
  });

  it('rolls back after it has shown the plan', async () => {
    await page.goto(`${server.url}/#/service/api`);
    await deploy(unitImages.two);
    await page
      .getByRole('heading', { name: /version 3/ })
      .first()
      .waitFor();
    // Version 2 has failed.
    expect(await page.getByRole('button', { name: 'Roll back to 2…' }).count()).to.equal(0);
    await page.getByRole('button', { name: 'Roll back to 1…' }).click();
    await page.getByRole('dialog').getByText('create-container').first().waitFor();
    await page.getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.getByRole('heading', { name: 'api version 4 · 2 of 2 ready' }).waitFor();
  });

  for (const theme of ['light', 'dark'])
    for (const width of [360, 1440])
      it(`has no fault that axe finds and nothing beside the window, ${theme}, ${width} pixels wide`, async () => {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(`${server.url}/?theme=${theme}#/overview?unit=api-4-1`);
        await page.getByRole('heading', { name: 'api-4-1 running' }).waitFor();
        await picture(`reason-${theme}-${String(width)}`);
        for (const view of ['overview', 'service/api', 'jobs', 'hosts', 'journal']) {
          await page.goto(`${server.url}/?theme=${theme}#/${view}`);
          await page.getByRole('heading').first().waitFor();
          if (view.startsWith('service')) await page.getByText('History').waitFor();
          await picture(`${view.replace('/', '-')}-${theme}-${String(width)}`);
          expect(await violations(page), view).to.deep.equal([]);
          expect(await overflow(page), view).to.equal(0);
        }
      });

  it('dates what it shows while the server is away, and goes on with the next one', async () => {
    await page.goto(`${server.url}/#/overview`);
    await box('api-4-1', 'running').waitFor();
    const { port } = new URL(server.url);
    await server.end('SIGTERM');
    await page.getByText('The server does not answer.').waitFor();
    await box('api-4-1', 'running').waitFor();
    await picture('lost');
    server = await start(port).ready();
    await page.getByText(/^live /).waitFor();
  });
});
