import { expect } from 'chai';
import { intoFullDisk } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

describe('dockerops logs', function () {
  this.timeout(120_000);
  const playground = new Playground('logs');
  const says = (text: string): string => `FROM ${testImage}\nCMD ["sh", "-c", "${text}; exec sleep 600"]\n`;

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/web/Dockerfile': says('echo web begins; echo web errs >&2'),
      'services/db/Dockerfile': says('echo db begins; sleep 1; echo db goes on'),
      'run.conf':
        '[{"service": "db", "instance": "main"}, ' +
        '{"service": "web", "instance": "one", "depends_on": ["db-main"], ' +
        '"restart": "no", "stop_grace_period": "1s"}]',
    });
    const run = await playground.run(['run:all']);
    expect(run.code, run.stderr).to.equal(0);
  });
  after(() => playground.close());

  it('merges the lines of all instances by time', async () => {
    await playground.run(['logs:db,follow'], {
      onOutput: (text, kill) => {
        if (text.includes('goes on')) kill('SIGTERM');
      },
    });
    const { code, stdout, stderr } = await playground.run(['logs:all', '--json']);
    expect(code, stderr).to.equal(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { schema: string; key: string; time: string; stream: string; text: string });
    expect(lines.map(({ time }) => time)).to.deep.equal(lines.map(({ time }) => time).toSorted());
    expect(lines.map(({ key, stream, text }) => `${key} ${stream} ${text}`)).to.have.members([
      'db-main stdout db begins',
      'db-main stdout db goes on',
      'web-one stdout web begins',
      'web-one stderr web errs',
    ]);
    expect(new Set(lines.map(({ schema }) => schema))).to.deep.equal(new Set(['dockerops/log/1']));
  });

  it('end with an error when they cannot be written, also while they are followed', async () => {
    for (const words of ['logs:all', 'logs:all,follow']) {
      const { code, stderr } = await playground.run([words], { wrapper: intoFullDisk });
      expect(stderr).to.include('the output could not be written: the disk is full').and.not.include('bug:');
      expect(code).to.equal(1);
    }
  });

  it('selects a part of them, in both dialects', async () => {
    const [old, modern, none] = await Promise.all([
      playground.run(['logs:all,grep=^web,tail=1']),
      playground.run(['logs', '--grep', '^web', '--tail', '1']),
      playground.run(['logs:all,until=1h']),
    ]);
    expect(old.stdout)
      .to.equal(modern.stdout)
      .and.to.match(/^web-one \| web (begins|errs)\n$/);
    expect([none.code, none.stdout]).to.deep.equal([0, '']);
  });

  it('follows an instance through a restart and a replacement, and ends without an error on Ctrl-C', async () => {
    const begun: string[] = [];
    const failures: unknown[] = [];
    const doing: Promise<unknown>[] = [];
    const again: (() => Promise<unknown>)[] = [
      async () => {
        const { id } = await playground.engine.inspectContainer(`${playground.project}-web-one`);
        await playground.engine.stopContainer(id, 0);
        await playground.engine.startContainer(id);
      },
      async () => {
        const rerun = await playground.run(['rerun:web,instance=one']);
        if (rerun.code !== 0) throw new Error(rerun.stderr);
      },
    ];
    const { code, stderr } = await playground.run(['logs:web,instance=one,follow,grep=begins'], {
      limitMs: 60_000,
      onOutput: (text, kill) => {
        for (const line of text.split('\n').filter((each) => each !== '')) {
          begun.push(line);
          const next = again.shift();
          if (next === undefined) kill('SIGINT');
          else
            doing.push(
              next().catch((error: unknown) => {
                failures.push(error);
                kill('SIGINT');
              }),
            );
        }
      },
    });
    await Promise.all(doing);
    expect([failures, stderr]).to.deep.equal([[], '']);
    expect(begun).to.deep.equal(['web-one | web begins', 'web-one | web begins', 'web-one | web begins']);
    expect(code).to.equal(130);
  });

  it('refuses options that contradict each other, and suggests what to use', async () => {
    const [time, instance, both] = await Promise.all([
      playground.run(['logs:all,since=yesterday']),
      playground.run(['logs:web,instance=two']),
      playground.run(['logs:web,follow,until=1m']),
    ]);
    expect([time.code, instance.code, both.code]).to.deep.equal([2, 2, 2]);
    expect(time.stderr).to.contain('--since 10m');
    expect(instance.stderr).to.contain('there is no instance two of web');
  });
});
