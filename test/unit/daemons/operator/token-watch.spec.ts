import { expect } from 'chai';
import { TokenWatch } from '../../../../src/lib/daemons/operator/token-watch.ts';
import { DirectoryDenied, DirectoryUnreachable } from '../../../../src/lib/directories/directory-errors.ts';
import type { OperationFailed } from '../../../../src/lib/errors.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { MemoryNodeDirectory } from '../../../support/memory-node-directory.ts';

describe('an operator whose token is denied', () => {
  const denied = new DirectoryDenied('ACL not found', { code: 'CONSUL_DENIED' });
  let clock: FakeClock;
  let directory: MemoryNodeDirectory;
  let stop: AbortController;
  let token: TokenWatch;
  let ended: unknown;

  beforeEach(() => {
    clock = new FakeClock();
    directory = new MemoryNodeDirectory();
    directory.isTokenKnown = false;
    stop = new AbortController();
    token = new TokenWatch(directory, clock);
    ended = undefined;
    token.watch(stop.signal).then(
      () => (ended = 'by its signal'),
      (error: unknown) => (ended = error),
    );
  });
  afterEach(() => {
    stop.abort();
  });

  it('ends with exit code 1 after ten minutes in which Consul has not known the token', async () => {
    token.failed(denied);
    await clock.turn(9.7 * 60_000);
    expect(ended).to.equal(undefined);
    await clock.turn(60_000);
    expect(String(ended)).to.contain('has not known the token');
    expect((ended as OperationFailed).exitCode).to.equal(1);
  });

  it('continues when Consul has answered meanwhile, or has been away', async () => {
    const between = [() => token.answered(), () => token.failed(new DirectoryUnreachable('gone', { code: 'X' }))];
    for (const happens of between) {
      token.answered();
      token.failed(denied);
      await clock.turn(9 * 60_000);
      happens();
      token.failed(denied);
      await clock.turn(9 * 60_000);
    }
    expect(ended).to.equal(undefined);
  });

  it('continues while Consul knows the token, which lacks a permission, and while it does not answer', async () => {
    directory.isTokenKnown = true;
    token.failed(denied);
    await clock.turn(60 * 60_000);
    directory.isDown = true;
    await clock.turn(60 * 60_000);
    expect(ended).to.equal(undefined);
  });
});
