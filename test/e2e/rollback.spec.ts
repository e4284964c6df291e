import { expect } from 'chai';
import { label } from '../../src/lib/labels.ts';
import type { CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

describe('a rollback of an instance', function () {
  this.timeout(120_000);
  const playground = new Playground('rollback');
  const run = (...words: readonly string[]): Promise<CliResult> => playground.run(words);
  const done = async (...words: readonly string[]): Promise<CliResult> => {
    const result = await run(...words);
    expect(result.code, `${words.join(' ')}: ${result.stderr}`).to.equal(0);
    return result;
  };
  const deploy = async (version: string): Promise<void> => {
    const dockerfile = `FROM ${testImage}\nLABEL version=${version}\nVOLUME /kept\nCMD ["sleep", "600"]\n`;
    await playground.write({ 'services/web/Dockerfile': dockerfile });
    await done('up');
  };
  const labels = async (): Promise<Readonly<Record<string, string>>> =>
    (await playground.engine.inspectContainer(`${playground.project}-web-one`)).labels;
  const version = async (): Promise<string | undefined> => (await labels())['version'];
  const imagesBefore = async (): Promise<readonly string[]> =>
    ((await labels())[label.imagesBefore] ?? '').split(',').map((content) => content.slice(7, 19));

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'run.conf': JSON.stringify([{ service: 'web', instance: 'one', stop_grace_period: '0s' }]),
    });
    for (const each of ['1', '2', '3']) await deploy(each);
  });
  after(() => playground.close());

  it('runs the image before, keeps its data, and is a plan like any other', async () => {
    await done('exec', 'web', '--', 'sh', '-c', 'echo mine > /kept/file');
    const plan = await done('plan', 'web', '--instance', 'one', '--rollback');
    expect(plan.stdout).to.match(/~ replace web-one +back to image [0-9a-f]{12}/);
    expect(await version()).to.equal('3');
    await done('rollback:web,instance=one');
    expect(await version()).to.equal('2');
    expect((await done('exec', 'web', '--', 'cat', '/kept/file')).stdout).to.equal('mine\n');
  });

  it('is left by a run, which says so, until a replacement is asked for', async () => {
    const { stdout } = await done('run', 'all');
    expect(stdout).to.match(/web-one runs, but is rolled back from image [0-9a-f]{12}; to replace it: /);
    expect(await version()).to.equal('2');
    await done('run', 'all', '--replace');
    expect(await version()).to.equal('3');
  });

  it('goes to the image that is named', async () => {
    const oldest = (await imagesBefore()).at(-1) ?? '';
    await done(`rollback:web,one,to=${oldest}`);
    expect(await version()).to.equal('1');
    await done('rerun:web,one');
  });

  it('to an image that is not here is refused, with those that are', async () => {
    const other = await run('rollback:web,one,to=0123456789ab');
    expect(other.code).to.equal(1);
    const known = [...other.stderr.matchAll(/,to=([0-9a-f]{12})/g)].map(([, content = '']) => content);
    expect(await imagesBefore()).to.include.members(known);
    expect(known).to.have.length(2);
    const { engine } = playground;
    const mine = { [label.project]: playground.project, version: '1' };
    for (const { id, references } of await engine.listImages(mine))
      for (const name of references.length > 0 ? references : [id]) await engine.removeImage(name);
    const gone = await run(`rollback:web,one,to=${known[0] ?? ''}`);
    expect(gone.code).to.equal(1);
    expect(gone.stderr)
      .to.include('is not here')
      .and.to.include(`to=${known[1] ?? ''}`);
    expect(await version()).to.equal('3');
  });

  it('is refused with the words of a server, or without an instance that there is', async () => {
    for (const words of [
      ['rollback', 'web', '3', '--instance', 'one'],
      ['rollback', 'web', '--instance', 'one', '--server', 'http://127.0.0.1:1'],
      ['rollback', 'web', '--to', '0123456789ab'],
      ['rollback', 'web', '--instance', 'two'],
      ['rollback', 'web', '--instance', '*'],
      ['rollback', 'web', '--instance', 'one', '--to', 'x'],
    ])
      expect((await run(...words)).code, words.join(' ')).to.equal(2);
  });

  it('keeps the images that it may need from being removed', async () => {
    const { engine } = playground;
    const images = async (): Promise<readonly string[]> =>
      (await engine.listImages({ [label.project]: playground.project })).map(({ labels }) => labels['version'] ?? '');
    for (const each of ['4', '5', '6', '7', '8']) await deploy(each);
    await done('build', 'all', '--lock');
    await deploy('9');
    const asked = await run('clean', 'all', '--images', '--keep', '1');
    expect(asked.code).to.equal(2);
    expect(asked.stderr).to.include('--force');
    const plan = await done('plan', '--clean', '--images', '--keep', '1');
    const count = /(\d+) to remove/.exec(plan.stdout)?.[1] ?? '';
    const cleaned = await done('clean', 'all', '--images', '--keep', '1', '--force');
    expect(cleaned.stdout).to.equal(`${count} removed\n`);
    expect([...(await images())].sort()).to.deep.equal(['6', '7', '8', '9']);
    expect((await done('clean', 'all', '--images', '--keep', '1')).stdout).to.equal('nothing to do\n');
    await done('rollback:web,one');
    expect(await version()).to.equal('8');
  });
});
