import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcher } from '../support/cli.ts';

const commands = ['version', 'help', 'validate', 'validate --json', 'completion bash', 'doctor', 'ps --json'];

/** `/dev/full` refuses every byte, as a full disk does. */
describe('output to a full disk', function () {
  this.timeout(60_000);
  let directory: string;
  before(async function () {
    if (!existsSync('/dev/full')) return this.skip();
    directory = await mkdtemp(join(tmpdir(), 'dops-test-full-'));
    await mkdir(join(directory, 'services/web'), { recursive: true });
    await writeFile(join(directory, 'services/web/Dockerfile'), 'FROM dockerops/dockerops-base\n');
    await writeFile(join(directory, 'run.conf'), '[{ "service": "web", "instance": "one" }]\n');
  });
  after(() => rm(directory, { recursive: true, force: true }));

  for (const words of commands)
    it(`is an error of ${words}`, async () => {
      const { code, stderr } = await run(`exec "${launcher}" ${words} > /dev/full`, directory);
      expect(code, stderr).to.equal(1);
      expect(stderr).to.include('the output could not be written').and.not.include('bug:');
    });
});

function run(script: string, cwd: string): Promise<{ readonly code: number; readonly stderr: string }> {
  const env = { ...process.env, NO_COLOR: '1', DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  return new Promise((resolve) => {
    execFile('sh', ['-c', script], { cwd, env }, (error, _stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stderr }),
    );
  });
}
