import { expect } from 'chai';
import { tmpdir } from 'node:os';
import { openConsul } from '../../../src/lib/directories/consul/open-consul.ts';
import { DockeropsError } from '../../../src/lib/errors.ts';

const consul = { secure: false, host: '127.0.0.1', port: 8500 };

async function failureOf(tokenFile: string): Promise<string> {
  const error = await openConsul({ consul, tokenFile }).catch((reason: unknown) => reason);
  return error instanceof DockeropsError ? `${String(error.exitCode)}: ${error.message}` : String(error);
}

describe('a file for Consul', () => {
  it('that does not exist may come later: exit code 1, after which a supervisor tries again', async () => {
    expect(await failureOf('/nowhere/token')).to.equal(
      '1: /nowhere/token, the file with the token for Consul, cannot be read: ENOENT',
    );
  });

  it('that is a directory is a mistake: exit code 2', async () => {
    expect(await failureOf(tmpdir())).to.equal(
      `2: ${tmpdir()}, the file with the token for Consul, cannot be read: EISDIR`,
    );
  });
});
