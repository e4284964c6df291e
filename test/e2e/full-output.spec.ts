import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerops, intoFullDisk } from '../support/cli.ts';

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
      const environment = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
      const { code, stderr } = await dockerops(words.split(' '), {
        cwd: directory,
        environment,
        wrapper: intoFullDisk,
      });
      expect(code, stderr).to.equal(1);
      expect(stderr).to.include('the output could not be written').and.not.include('bug:');
    });
});
