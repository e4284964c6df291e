import { expect } from 'chai';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerops, type CliResult } from '../support/cli.ts';

const other = 25001;

/** Needs no engine: what belongs to another user is refused before it is asked. */
describe('in a directory below the project of another user', () => {
  let directory: string | undefined;
  let work: string;
  const run = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    dockerops(words, { cwd: work, environment: { DOCKER_HOST: 'unix:///nowhere.sock', ...environment } });

  const trusted = (): Readonly<Record<string, string>> => ({ DOCKEROPS_TRUST: directory ?? '' });

  before(async function () {
    if (process.getuid?.() !== 0) return this.skip();
    directory = await mkdtemp(join(tmpdir(), 'dops-test-others-'));
    work = join(directory, 'work');
    await mkdir(work);
    // As /tmp is: everybody may put a run.conf there.
    await chmod(directory, 0o1777);
    await writeFile(join(directory, 'run.conf'), '[{"service": "evil", "instance": "one", "image": "redis"}]');
    await chown(join(directory, 'run.conf'), other, other);
  });
  after(async () => {
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  for (const words of [['ps'], ['plan'], ['validate'], ['run:all', '--yes'], ['env:evil'], ['clean:all,force']])
    it(`"${words.join(' ')}" reads nothing of it, and says what would allow it`, async () => {
      const { code, stderr, stdout } = await run([...words, '--project', 'x']);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.contain(`${String(directory)}/run.conf belongs to another user (${other})`);
      expect(stderr)
        .to.contain(`export DOCKEROPS_TRUST=${String(directory)}`)
        .and.not.to.contain('redis');
    });

  it('completion offers nothing of it, and says nothing', async () => {
    const words = ['complete', '--', 'run', ''];
    const offered = await run(words);
    expect([offered.code, offered.stderr]).to.deep.equal([0, '']);
    expect(offered.stdout).not.to.contain('evil');
    expect((await run(words, trusted())).stdout).to.contain('evil');
  });

  it('all works when the path is trusted', async () => {
    const { code, stdout } = await run(['validate', '--project', 'x'], trusted());
    expect([code, stdout]).to.deep.equal([0, 'valid: project x, 1 entry, 0 services\n']);
  });

  it('doctor says so', async () => {
    expect((await run(['doctor'])).stdout).to.match(/project .*run\.conf belongs to another user/);
  });
});
