import { expect } from 'chai';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

describe('dockerops once', function () {
  this.timeout(120_000);
  const playground = new Playground('once');
  const containers = async (): Promise<readonly string[]> => {
    const rows = await playground.engine.listContainers({
      all: true,
      labels: { 'dockerops.project': playground.project },
    });
    return rows.map(({ name }) => name.slice(playground.project.length + 1)).sort();
  };

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    const dockerfile = `FROM ${testImage}\nCMD ["sleep", "600"]\n`;
    await playground.write({
      'services/db/Dockerfile': dockerfile,
      'services/web/Dockerfile': dockerfile,
      'run.conf':
        '[{"service": "db", "instance": "main"}, {"service": "web", "instance": "main", "links": ["db-main:db"], ' +
        '"env_vars": {"A": "conf"}, "stop_grace_period": "1s", "persistent_data": true}]',
    });
    const run = await playground.run(['run:db,instance=main']);
    expect(run.code, run.stderr).to.equal(0);
  });
  afterEach(async () => expect(await containers()).to.deep.equal(['db-main']));
  after(() => playground.close());

  it('runs with the variables and links of the service, and passes both outputs and the exit code on', async () => {
    const { code, stdout, stderr } = await playground.run([
      'once:web,command=echo $A $SERVICE; ping -c 1 -w 5 db > /dev/null && echo linked; echo oh >&2; exit 5',
    ]);
    expect([code, stdout], stderr).to.deep.equal([5, 'conf web\nlinked\n']);
    expect(stderr).to.match(/^oh$/m);
  });

  it('passes the words after -- and its input unchanged', async () => {
    const { code, stdout } = await playground.run(
      ['once', 'web', '--', 'sh', '-c', 'cat; echo "$1"', '-', 'two  words'],
      { input: 'no newline\r' },
    );
    expect([code, stdout]).to.deep.equal([0, 'no newline\rtwo  words\n']);
  });

  it('is removed after Ctrl-C, and when it cannot start', async () => {
    const interrupted = await playground.run(['once', 'web', '--', 'sh', '-c', 'echo begun; exec sleep 600'], {
      onOutput: (_text, kill) => kill('SIGINT'),
    });
    expect(interrupted.code, interrupted.stderr).to.equal(130);
    expect(await containers()).to.deep.equal(['db-main']);
    const impossible = await playground.run(['once', 'web', '--', '/not/there']);
    expect(impossible.code).to.equal(1);
    expect(impossible.stderr).to.contain('/not/there');
  });

  it('removes the container of a killed one, but none that a command still waits for', async () => {
    await playground.run(['once', 'web', '--', 'sh', '-c', 'echo begun; exec sleep 600'], {
      onOutput: (_text, kill) => kill('SIGKILL'),
    });
    expect(await containers()).to.have.length(2);
    expect((await playground.run(['ps:all', '--json'])).stdout).not.to.contain('"service": "web"');
    const other = Promise.withResolvers<number | null>();
    const waited = await playground.run(
      ['once', 'web', '--', 'sh', '-c', 'echo begun; until test -e /go; do sleep 1; done; echo ended'],
      {
        onOutput: (text) => {
          if (text.includes('begun')) void beside().then(other.resolve, other.reject);
        },
      },
    );
    expect([await other.promise, waited.code, waited.stdout]).to.deep.equal([0, 0, 'begun\nended\n']);
  });

  /** Runs another one while one is in progress, which ends afterwards. */
  async function beside(): Promise<number | null> {
    const { code } = await playground.run(['once', 'web', '--', 'true']);
    const [name = ''] = (await containers()).filter((each) => each.startsWith('web-'));
    await playground.engine.putFiles(`${playground.project}-${name}`, [
      { path: '/go', mode: 0o644, uid: 0, gid: 0, content: Buffer.from('') },
    ]);
    return code;
  }

  it('is removed by clean, too', async () => {
    await playground.run(['once', 'web', '--', 'sh', '-c', 'echo begun; exec sleep 600'], {
      onOutput: (_text, kill) => kill('SIGKILL'),
    });
    const clean = await playground.run(['clean:web']);
    expect(clean.code, clean.stderr).to.equal(0);
  });
});
