import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { peakMegabytes } from '../support/peak-memory.ts';
import { dockerExec } from '../support/docker.ts';
import { Playground } from '../support/playground.ts';

const limitMegabytes = 128;
const little = 1000;
const much = 400_000_000;

interface Row {
  readonly name: string;
  readonly words: readonly string[];
  /** Makes that many bytes ready; absent: the command itself has the number in place of `BYTES`. */
  readonly prepare?: (bytes: number) => Promise<void>;
}

/** Output is long lines and short ones. */
const print = 'yes "$(head -c 300 /dev/zero | tr "\\\\0" x)" | head -c BYTES';

describe('memory', function () {
  this.timeout(600_000);
  const playground = new Playground('memory');
  const container = `${playground.project}-web-one`;
  const inside = async (script: string): Promise<void> => {
    const { code, text } = await dockerExec(container, ['sh', '-c', script]);
    expect(code, text).to.equal(0);
  };
  const build = (bytes: number): Promise<void> =>
    playground.write({
      'services/loud/Dockerfile': [
        'FROM dockerops/dockerops-base',
        `RUN echo ${randomBytes(4).toString('hex')} && ${print.replace('BYTES', String(bytes))}`,
        '',
      ].join('\n'),
    });
  const rows: readonly Row[] = [
    { name: 'exec', words: ['exec', 'web', '--instance', 'one', '--', 'sh', '-c', print] },
    { name: 'ssh', words: ['ssh', 'web', '--instance', 'one', '--', 'sh', '-c', print] },
    { name: 'once', words: ['once', 'web', '--', 'sh', '-c', print] },
    {
      name: 'logs',
      words: ['logs:web,instance=one'],
      prepare: (bytes) => inside(`${print.replace('BYTES', String(bytes / 4))} > /proc/1/fd/1`),
    },
    { name: 'build', words: ['build:loud', '--log-level', 'debug'], prepare: build },
    {
      name: 'backup',
      words: ['backup:web,instance=one', '--output', 'BACKUP'],
      prepare: (bytes) => inside(`head -c ${String(bytes)} /dev/urandom > /data/bytes`),
    },
  ];

  before(async () => {
    await playground.open();
    await playground.write({
      'services/web/Dockerfile': 'FROM dockerops/dockerops-base\n',
      'services/loud/Dockerfile': 'FROM dockerops/dockerops-base\n',
      'run.conf': '[{ "service": "web", "instance": "one", "persistent_data": true }]\n',
    });
    const run = await playground.run(['run:all', '--yes']);
    expect(run.code, run.stderr).to.equal(0);
  });
  after(() => playground.close());

  it('does not grow with what a container prints without end to the probe of its readiness', async () => {
    const probe = async (prints: string): Promise<number> => {
      const script = `RUN printf "#!/bin/sh\\n${prints}\\n" > /usr/local/lib/dockerops/await-ready`;
      await playground.write({ 'services/endless/Dockerfile': `FROM dockerops/dockerops-base\n${script}\n` });
      const words = ['run:endless,instance=one', '--replace', '--build', '--timeout', '10'];
      const { code, peak } = await peakMegabytes(playground, words);
      expect(code).to.equal(1);
      return peak;
    };
    const [first, second] = [await probe('exec sleep 60'), await probe('exec yes %%0100d 0')];
    process.stdout.write(`      probe: ${String(first)} MB, ${String(second)} MB\n`);
    expect(second - first).to.be.lessThan(limitMegabytes);
  });

  for (const row of rows)
    it(`of ${row.name} grows by less than ${String(limitMegabytes)} MB with 400 MB of output`, async () => {
      const peaks: number[] = [];
      for (const bytes of [little, much]) {
        await row.prepare?.(bytes);
        const words = row.words.map((word) =>
          word.replace('BYTES', String(bytes)).replace('BACKUP', `x-${String(bytes)}.tar.gz`),
        );
        const { code, peak, stderr } = await peakMegabytes(playground, words);
        expect(code, stderr).to.equal(0);
        peaks.push(peak);
      }
      const [first = 0, second = 0] = peaks;
      process.stdout.write(`      ${row.name}: ${String(first)} MB, ${String(second)} MB\n`);
      expect(second - first).to.be.lessThan(limitMegabytes);
    });
});
