import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

describe('what is built', function () {
  this.timeout(120_000);
  const playground = new Playground('build');

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
  });
  afterEach(() => playground.clear());
  after(() => playground.close());

  async function inside(command: string): Promise<readonly string[]> {
    const { code, stdout, stderr } = await playground.run(['once', 'web', '--', 'sh', '-c', command]);
    expect(code, stderr).to.equal(0);
    return stdout.trim().split(/\s+/);
  }

  it('has no ignored Dockerfile, and files with two names as one file', async () => {
    await playground.write({
      'services/web/Dockerfile': `FROM ${testImage}\nCOPY . \\\n  # everything\n  /ctx/\nCOPY Docker* other* /some/\n`,
      'services/web/.dockerignore': '**/Dockerfile\n',
      'services/web/app': 'app',
      'services/web/d/Dockerfile.txt': '',
      'services/web/other': '',
      'run.conf': '[{"service": "web", "instance": "one"}]',
    });
    await link(join(playground.directory, 'services/web/app'), join(playground.directory, 'services/web/d/app'));
    const built = await playground.run(['build:web']);
    expect(built.code, built.stderr).to.equal(0);
    expect(await inside('ls -A /ctx /ctx/d /some')).to.deep.equal(
      '/ctx: .dockerignore app d other /ctx/d: Dockerfile.txt app /some: other'.split(' '),
    );
    expect(await inside('test /ctx/app -ef /ctx/d/app && echo same')).to.deep.equal(['same']);
    const copied = { 'services/web/Dockerfile': `FROM ${testImage}\nCOPY Dockerfile /\n` };
    await playground.write(copied);
    const { code, stderr } = await playground.run(['build:web']);
    expect(code).to.equal(1);
    expect(stderr).to.contain('COPY Dockerfile /: "/Dockerfile" not found');
  });

  it('has no ignored Dockerfile either if an image that it is built on copies everything', async () => {
    await playground.write({
      'services/parent/Dockerfile': `FROM ${testImage}\nONBUILD COPY . /ctx/\n`,
      'services/web/Dockerfile': `FROM ${playground.project}/parent\n`,
      'services/web/.dockerignore': '*\n!app\n',
      'services/web/app': 'app',
      'run.conf': '[{"service": "web", "instance": "one"}]',
    });
    const built = await playground.run(['build:web']);
    expect(built.code, built.stderr).to.equal(0);
    expect(await inside('ls -A /ctx')).to.deep.equal(['app']);
  });

  it('is shown step by step with --verbose', async () => {
    await playground.write({
      'services/web/Dockerfile': `FROM ${testImage}\nRUN echo printed-$((40 + 2))\n`,
      'services/web/.dockerignore': '',
      'run.conf': '[{"service": "web", "instance": "one"}]',
    });
    const { stderr } = await playground.run(['build:web,verbose,cache=False']);
    expect(stderr).to.contain('RUN echo printed-').and.contain('printed-42\n');
    expect((await playground.run(['build:web,cache=False'])).stderr).not.to.contain('printed-42');
  });

  it('is the target, and another target is another image', async () => {
    const conf = (target: string): string =>
      JSON.stringify([{ service: 'web', instance: 'one', target, stop_grace_period: '1s' }]);
    await playground.write({
      'services/web/Dockerfile':
        `FROM ${testImage} AS dev\nRUN echo dev > /what\nCMD ["sleep", "600"]\n` +
        'FROM dev AS prod\nRUN echo prod > /what\nFROM nowhere.invalid/x\nRUN false\n',
      'services/web/.dockerignore': '',
      'run.conf': conf('dev'),
    });
    const run = await playground.run(['run', 'all', '--build']);
    expect(run.code, run.stderr).to.equal(0);
    expect(await inside('cat /what')).to.deep.equal(['dev']);
    await playground.write({ 'run.conf': conf('prod') });
    const plan = await playground.run(['plan', '--build', '--replace']);
    expect(plan.stdout).to.match(/build .*source changed/);
    const replaced = await playground.run(['run', 'all', '--build', '--replace']);
    expect(replaced.code, replaced.stderr).to.equal(0);
    expect((await playground.run(['exec:web,command=cat /what'])).stdout).to.equal('prod\n');
  });

  it('is built on the services of this project, also under another name', async () => {
    const usual = playground.directory.split('/').at(-1)?.toLowerCase() ?? '';
    await playground.write({
      'services/node/Dockerfile': `FROM ${testImage}\nRUN echo first > /who\n`,
      'services/web/Dockerfile': `FROM ${usual}/node\nCMD ["sleep", "600"]\n`,
      'run.conf': '[{"service": "web", "instance": "one"}]',
    });
    const { code, stderr } = await playground.run(['run', 'all', '--build']);
    expect(code, stderr).to.equal(0);
    expect(await inside('cat /who')).to.deep.equal(['first']);
  });
});
