import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { proxyOf } from '../../../../src/lib/use-cases/sessions/ssh-login.ts';

describe('the proxy of an ssh login', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "dockerops it's $(id) "));
  });
  after(() => rm(directory, { recursive: true }));

  /** What the program is started with by a shell, as ssh does it. */
  async function seen(host: string | undefined): Promise<readonly string[]> {
    const script = join(directory, 'main.mjs');
    await writeFile(script, 'console.log(JSON.stringify([...process.argv.slice(2), process.env.DOCKER_CONTEXT]))');
    const { command, environment } = proxyOf({ container: 'c0ffee', program: [process.execPath, script], host });
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `exec ${command}`], {
      env: { DOCKER_CONTEXT: 'far', ...environment },
    });
    return JSON.parse(stdout) as readonly string[];
  }

  it('finds the engine as the command did, by context and environment, when nobody named one', async () => {
    expect(await seen(undefined)).to.deep.equal(['ssh_proxy', 'c0ffee', 'far']);
  });

  it('gets the engine that the user named, as one word', async () => {
    expect(await seen('tcp://"a b"; echo $(id)')).to.deep.equal([
      'ssh_proxy',
      'c0ffee',
      '--host',
      'tcp://"a b"; echo $(id)',
      'far',
    ]);
  });
});
