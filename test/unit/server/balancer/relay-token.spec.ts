import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { systemClock } from '../../../../src/lib/daemons/clock.ts';
import { relayToken, relayTokenId } from '../../../../src/lib/server/balancer/relay-token.ts';
import { openStore } from '../../../../src/lib/server/store/open-store.ts';
import { SharedDatabase } from '../../../../src/lib/server/store/shared/shared-database.ts';
import { MemoryKeySpace } from '../../../support/memory-key-space.ts';

describe('the token of the relay', () => {
  it('is made once and kept in the store', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'dops-test-token-'));
    const ask = async (): Promise<string> => {
      const database = openStore(directory);
      const token = await relayToken(database).finally(() => {
        database.close();
      });
      return token;
    };
    try {
      const token = await ask();
      expect(token).to.match(/^[0-9a-f]{8}\.[A-Za-z0-9_-]{43}$/);
      expect(relayTokenId(token)).to.equal(token.slice(0, 8));
      expect(await ask()).to.equal(token);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('is the same for all servers of one store, also when they ask at the same time', async () => {
    const keys = new MemoryKeySpace();
    const stop = new AbortController();
    const options = { keys, prefix: '/servers/', clock: systemClock, onBreak: () => {} };
    const databases = [1, 2, 3].map(() => new SharedDatabase(options));
    try {
      for (const database of databases) await database.load();
      for (const database of databases) void database.follow(stop.signal);
      const tokens = await Promise.all(databases.map((database) => relayToken(database)));
      expect(new Set(tokens).size).to.equal(1);
    } finally {
      stop.abort();
      for (const database of databases) database.close();
    }
  });
});
