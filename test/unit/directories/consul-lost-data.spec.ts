import { expect } from 'chai';
import type { ConsulHttp } from '../../../src/lib/directories/consul/http.ts';
import { watchPrefix, type WatchedKeys } from '../../../src/lib/directories/consul/watch-prefix.ts';
import { serveConsul, type ServedConsul } from '../../support/serve-consul.ts';

const row = (key: string, modified: number, session?: string, created = modified) => ({
  Key: key,
  Value: '',
  CreateIndex: created,
  ModifyIndex: modified,
  ...(session === undefined ? {} : { Session: session }),
});
type Row = ReturnType<typeof row>;

/** Consul restarted without its data, or with an old copy, may have an index beyond the old one when it is asked. */
describe('a loss of data of Consul', () => {
  const before = [row('p/apps/web', 12), row('p/operator/lock', 10, 's1')];
  let consul: ServedConsul;
  let http: ConsulHttp;
  let stop: AbortController;
  let keys: { readonly rows: readonly Row[]; readonly index: number };
  let sessions: ReadonlySet<string>;

  beforeEach(async () => {
    stop = new AbortController();
    keys = { rows: before, index: 20 };
    sessions = new Set(['s1']);
    consul = await serveConsul(({ url = '' }, response) => {
      const session = /session\/info\/(\w+)/.exec(url)?.[1];
      if (session !== undefined) response.end(sessions.has(session) ? '[{}]' : '[]');
      else response.setHeader('X-Consul-Index', String(keys.index)).end(JSON.stringify(keys.rows));
    });
    http = consul.http;
  });

  afterEach(() => {
    stop.abort();
    consul[Symbol.dispose]();
  });

  /** What a watch says of these keys after the ones before. */
  async function wasReset(rows: readonly Row[], index: number, lives: readonly string[]): Promise<boolean> {
    const watch = watchPrefix(http, { prefix: 'p/', lock: 'p/operator/lock', waitSeconds: 60, signal: stop.signal });
    await watch.next();
    keys = { rows, index };
    sessions = new Set(lives);
    return ((await watch.next()).value as WatchedKeys).wasReset;
  }

  it('shows in the lock that is gone or new together with its session, whatever the index is', async () => {
    expect(await wasReset([], 50, [])).to.equal(true);
  });

  it('shows in a lock that was taken anew before the keys were read', async () => {
    expect(await wasReset([row('p/operator/lock', 40, 's2')], 50, ['s2'])).to.equal(true);
  });

  it('shows in a key that was written before the last answer, and was not in that', async () => {
    expect(await wasReset([...before, row('p/apps/db', 15)], 50, ['s1'])).to.equal(true);
  });

  it('shows in an index that went back', async () => {
    expect(await wasReset([row('p/operator/lock', 10, 's1')], 19, ['s1'])).to.equal(true);
  });

  it('is not what a delete by hand is, also one of everything while the session lives', async () => {
    expect(await wasReset([], 50, ['s1'])).to.equal(false);
  });

  it('is not what another holder of the same lock is', async () => {
    expect(await wasReset([before[0]!, row('p/operator/lock', 40, 's2', 10)], 50, ['s2'])).to.equal(false);
  });
});
