import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { isLoopback, OperatorHttp } from '../../../../src/lib/daemons/operator/http.ts';
import { Metrics } from '../../../../src/lib/daemons/operator/metrics.ts';
import { Status } from '../../../../src/lib/daemons/operator/status.ts';
import { openConsul } from '../../../../src/lib/directories/consul/open-consul.ts';
import { DockeropsError } from '../../../../src/lib/errors.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof DockeropsError ? `${String(error.exitCode)}: ${error.message}` : String(error);
}

/** Who supervises the operator starts it again after 1, and not after 2. */
describe('what passes by itself at the start of an operator', () => {
  it('is that something else listens on its port still', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const status = new Status('n1', new FakeClock());
    expect(await failureOf(new OperatorHttp(status, new Metrics(status)).listen('127.0.0.1', port))).to.equal(
      `1: --listen 127.0.0.1:${String(port)}: something listens there already`,
    );
    other.close();
  });

  it('is that a file for Consul is not there yet, and not that it is a directory', async () => {
    const consul = { secure: false, host: '127.0.0.1', port: 8500 };
    expect(await failureOf(openConsul({ consul, tokenFile: '/nowhere/token' }))).to.equal(
      '1: /nowhere/token, the file with the token for Consul, cannot be read: ENOENT',
    );
    expect(await failureOf(openConsul({ consul, tokenFile: tmpdir() }))).to.equal(
      `2: ${tmpdir()}, the file with the token for Consul, cannot be read: EISDIR`,
    );
  });
});

describe('an address for the pages of an operator', () => {
  it('is for this machine alone, or for others too, which the log warns of', () => {
    expect(['127.0.0.1', '127.8.0.1', '::1', 'localhost'].map(isLoopback)).to.deep.equal([true, true, true, true]);
    expect(['0.0.0.0', '::', '10.0.0.5', '127.example.org', 'web-1'].map(isLoopback)).to.deep.equal([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
