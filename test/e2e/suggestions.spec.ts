import { execFile } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ignoreNotFound } from '../../src/lib/errors.ts';
import { splitWords } from '../../src/lib/shell-words.ts';
import type { CliResult } from '../support/cli.ts';
import { baseImageSituations } from '../support/base-image-suggestions.ts';
import { serveEngine, type EngineServer } from '../support/engine-server.ts';
import { onTerminal } from '../support/on-terminal.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage } from '../support/real-engine.ts';
import { baseFiles, situations, type Act, type Situation, type Suggested } from '../support/suggestions.ts';

const shell = promisify(execFile);

async function notAnEngine(what: 'silent' | 'pages'): Promise<EngineServer> {
  const server = await serveEngine({
    '/containers/json': what === 'pages' ? 'a page' : () => server.mute(),
  });
  return server;
}

describe('a suggested command leads on where', function () {
  this.timeout(120_000);
  const playground = new Playground('hints');
  const place = (folder: string): string => join(playground.directory, folder);

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
  });
  afterEach(() => playground.clear());
  after(() => playground.close());

  let extra: Readonly<Record<string, string>> = {};

  function type(words: readonly string[], folder = 'project'): Promise<CliResult> {
    return playground.run(words, { cwd: place(folder), environment: extra });
  }

  async function act(step: Act, folder = 'project'): Promise<void> {
    if ('words' in step) {
      const { code, stderr } = await type(step.words, folder);
      expect(code, `${step.words.join(' ')}\n${stderr}`).to.equal(step.code ?? 0);
    } else if ('shell' in step) {
      await shell('sh', ['-c', step.shell], { cwd: place(folder), env: { ...process.env, ...playground.environment } });
    } else if ('copy' in step) {
      if (step.copy === 'empty') await mkdir(place('empty'));
      else await cp(place('project'), place(step.copy), { recursive: true });
    } else {
      for (const [name, text] of Object.entries(step.files))
        if (text === '') await rm(place(`${folder}/${name}`), { recursive: true });
        else await playground.write({ [`${folder}/${name}`]: text });
    }
  }

  async function prepare({ before: steps = [], environment = {} }: Situation): Promise<void> {
    await playground.clear();
    for (const service of ['web', 'db', 'app'])
      await playground.engine.removeImage(`${playground.project}/${service}:latest`).catch(ignoreNotFound);
    for (const folder of ['project', 'copy', 'empty', 'data'])
      await rm(place(folder), { recursive: true, force: true });
    extra = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, value.replace('PLACE', playground.directory)]),
    );
    for (const [name, text] of Object.entries(baseFiles)) await playground.write({ [`project/${name}`]: text });
    for (const step of steps) await act(step);
  }

  /** What the command of the situation prints. */
  async function shownBy({ words, in: folder = 'project', terminal }: Situation): Promise<string> {
    if (terminal === undefined) {
      const { stdout, stderr } = await type(words, folder);
      return `${stdout}${stderr}`;
    }
    const environment = { ...playground.environment, ...extra };
    return (await onTerminal(words, place(folder), environment, terminal)).shown;
  }

  async function follow(suggested: Suggested, situation: Situation): Promise<void> {
    const { words, in: folder, follow: there = 'project' } = situation;
    const command = suggested.command.replace('PROJECT', playground.project);
    await prepare(situation);
    await using engine = situation.engine === undefined ? undefined : await notAnEngine(situation.engine);
    if (engine !== undefined) extra = { ...extra, DOCKER_HOST: `unix://${engine.socket}` };
    expect(await shownBy(situation)).to.contain(`dockerops ${command}`);
    for (const step of suggested.first ?? []) await act(step, there);
    const filled = Object.entries(suggested.fills ?? {}).reduce(
      (text, [word, value]) => text.replace(word, () => value),
      command,
    );
    const followed = await type(splitWords(filled) ?? [], there);
    expect(followed.code, `${filled}\n${followed.stderr}`).to.equal(suggested.code ?? 0);
    const then = suggested.then ?? words;
    if (then === 'nothing') return;
    const again = await type(then, suggested.then === undefined ? folder : there);
    expect(again.code, `${then.join(' ')}\n${again.stderr}`).to.equal(0);
    expect(`${again.stdout}${again.stderr}`).not.to.contain(`dockerops ${command}`);
  }

  for (const situation of [...situations, ...baseImageSituations]) {
    it(`${situation.title}: ${situation.words.join(' ')}`, async () => {
      for (const suggested of situation.suggests) await follow(suggested, situation);
    });
  }
});
