import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ignoreNotFound } from '../../src/lib/errors.ts';
import { splitWords } from '../../src/lib/shell-words.ts';
import type { CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage } from '../support/real-engine.ts';
import { baseFiles, situations, type Act, type Situation, type Suggested } from '../support/suggestions.ts';

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

  function type(words: readonly string[], folder = 'project'): Promise<CliResult> {
    return playground.run(words, { cwd: place(folder) });
  }

  async function act(step: Act): Promise<void> {
    if ('words' in step) {
      const { code, stderr } = await type(step.words);
      expect(code, `${step.words.join(' ')}\n${stderr}`).to.equal(0);
    } else if ('copy' in step) {
      if (step.copy === 'empty') await mkdir(place('empty'));
      else await cp(place('project'), place(step.copy), { recursive: true });
    } else {
      for (const [name, text] of Object.entries(step.files))
        if (text === '') await rm(place(`project/${name}`), { recursive: true });
        else await playground.write({ [`project/${name}`]: text });
    }
  }

  async function prepare({ before: steps = [] }: Situation): Promise<void> {
    await playground.clear();
    for (const service of ['web', 'db'])
      await playground.engine.removeImage(`${playground.project}/${service}:latest`).catch(ignoreNotFound);
    for (const folder of ['project', 'copy', 'empty']) await rm(place(folder), { recursive: true, force: true });
    for (const [name, text] of Object.entries(baseFiles)) await playground.write({ [`project/${name}`]: text });
    for (const step of steps) await act(step);
  }

  async function follow(suggested: Suggested, situation: Situation): Promise<void> {
    const { words, in: folder } = situation;
    await prepare(situation);
    const { stdout, stderr } = await type(words, folder);
    expect(`${stdout}${stderr}`).to.contain(`dockerops ${suggested.command}`);
    if (suggested.first !== undefined) await act(suggested.first);
    const filled = Object.entries(suggested.fills ?? {}).reduce(
      (text, [word, value]) => text.replace(word, () => value),
      suggested.command,
    );
    const followed = await type(splitWords(filled) ?? []);
    expect(followed.code, `${filled}\n${followed.stderr}`).to.equal(suggested.code ?? 0);
    const then = suggested.then ?? words;
    if (then === 'nothing') return;
    const again = await type(then, suggested.then === undefined ? folder : 'project');
    expect(again.code, `${then.join(' ')}\n${again.stderr}`).to.equal(0);
    expect(`${again.stdout}${again.stderr}`).not.to.contain(`dockerops ${suggested.command}`);
  }

  for (const situation of situations) {
    it(`${situation.title}: ${situation.words.join(' ')}`, async () => {
      for (const suggested of situation.suggests) await follow(suggested, situation);
    });
  }
});
