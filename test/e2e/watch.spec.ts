import { expect } from 'chai';
import type { CliResult } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

describe('dockerops watch', function () {
  this.timeout(120_000);
  const playground = new Playground('watch');
  let output = '';
  let stop: () => void = () => {};
  let ended: Promise<CliResult>;

  const conf = (text: string): string => `[
    {"service": "web", "instance": "main", "stop_grace_period": "1s", "env_vars": {"GREETING": "${text}"}},
    {"service": "other", "instance": "main", "stop_grace_period": "1s"}
  ]`;

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/base/Dockerfile': `FROM ${testImage}\nCOPY base.txt /base.txt\nCMD ["sleep", "600"]\n`,
      'services/base/base.txt': 'base 1',
      'services/web/Dockerfile': `FROM ${playground.project}/base\nCOPY . /app\n`,
      'services/web/page.txt': 'page 1',
      'services/web/.dockerignore': '*.log\n',
      'services/other/Dockerfile': `FROM ${testImage}\nCMD ["sleep", "600"]\n`,
      'run.conf': conf('hello'),
    });
    ended = playground.run(['watch'], {
      onOutput: (text, kill) => {
        output += text;
        stop = () => {
          kill('SIGINT');
        };
      },
      onError: (text) => {
        output += text;
      },
    });
    await eventually(() => {
      expect(output).to.match(/2 created.*\(\d/);
    }, 60_000);
  });
  after(async () => {
    stop();
    await ended;
    await playground.close();
  });

  /** What it printed, and which containers were replaced, after files were saved. */
  async function save(
    files: Readonly<Record<string, string>>,
    expected: RegExp,
  ): Promise<{ readonly said: string; readonly anew: readonly string[] }> {
    const before = await playground.containerIds();
    output = '';
    await playground.write(files);
    await eventually(() => {
      expect(output).to.match(expected);
    }, 60_000);
    const now = await playground.containerIds();
    return {
      said: output,
      anew: [...new Set([...Object.keys(now), ...Object.keys(before)])]
        .filter((name) => now[name] !== before[name])
        .map((name) => name.slice(playground.project.length + 1)),
    };
  }

  async function fileOf(instance: string, path: string): Promise<string> {
    const { stdout } = await playground.run(['exec', instance, '--', 'cat', path]);
    return stdout;
  }

  it('builds and replaces on a save only what has changed', async () => {
    const { said, anew } = await save({ 'services/web/page.txt': 'page 2' }, /replaced.*\(\d/);
    expect(said).to.contain('saved services/web/page.txt\n');
    expect(anew).to.deep.equal(['web-main']);
    expect(await fileOf('web', '/app/page.txt')).to.equal('page 2');
  });

  it('treats a burst of saves as one, and skips an ignored file', async () => {
    const { said, anew } = await save(
      {
        'services/web/x.log': 'x',
        'services/web/a.txt': 'a',
        'services/web/b.txt': 'b',
        'services/web/page.txt': 'page 3',
      },
      /replaced.*\(\d/,
    );
    expect(said).to.contain('saved services/web/a.txt, services/web/b.txt, services/web/page.txt\n');
    expect(anew).to.deep.equal(['web-main']);
  });

  it('replaces services that are built on the changed one', async () => {
    const { anew } = await save({ 'services/base/base.txt': 'base 2' }, /replaced.*\(\d/);
    expect(anew).to.deep.equal(['web-main']);
    expect(await fileOf('web', '/base.txt')).to.equal('base 2');
  });

  it('shows errors of a build or a conf, keeps what runs, and continues when they are fixed', async () => {
    const good = `FROM ${playground.project}/base\nCOPY . /app\n`;
    expect(
      (await save({ 'services/web/Dockerfile': `${good}RUN false\n` }, /RUN false[^]*exit code|non-zero code/)).anew,
    ).to.deep.equal([]);
    expect((await save({ 'services/web/Dockerfile': `${good}# mended\n` }, /replaced.*\(\d/)).anew).to.deep.equal([
      'web-main',
    ]);
    expect((await save({ 'run.conf': '[{"service": "web", ' }, /run\.conf has \d problem/)).anew).to.deep.equal([]);
    expect((await save({ 'run.conf': conf('good day') }, /replaced.*\(\d/)).anew).to.deep.equal(['web-main']);
  });

  it('exits with 130 on Ctrl-C', async () => {
    stop();
    expect((await ended).code).to.equal(130);
  });
});
