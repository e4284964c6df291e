import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { EngineUnreachable } from '../../../src/lib/errors.ts';
import { Server } from '../../../src/lib/server/server.ts';
import { resolveSettings } from '../../../src/lib/server/settings.ts';
import { JobStore } from '../../../src/lib/server/store/job-store.ts';
import { openStore } from '../../../src/lib/server/store/open-store.ts';
import { ServiceStore } from '../../../src/lib/server/store/service-store.ts';
import type { OpenEngine } from '../../../src/lib/use-cases/open-engine.ts';
import { eventually } from '../../support/eventually.ts';

describe('a server', () => {
  const data = mkdtempSync(join(tmpdir(), 'dockerops-server-'));
  after(() => {
    rmSync(data, { recursive: true });
  });

  it('that is to end takes no request from that moment, while a pass of it is under way', async () => {
    const database = openStore(data);
    const engine = Promise.withResolvers<OpenEngine>();
    let log = '';
    const { settings } = resolveSettings({ flags: { port: 0 }, environment: {}, homeDirectory: data });
    const server = new Server({
      settings,
      version: '1',
      store: new JobStore(database),
      services: new ServiceStore(database),
      relayToken: () => Promise.resolve('0123abcd.secret'),
      openEngine: () => engine.promise,
      log: pino({}, { write: (line: string) => (log += line) }),
    });
    const stop = new AbortController();
    const ended = server.run(stop.signal);
    const url = await eventually(() => {
      const [, found] = /"url":"([^"]+)"/.exec(log) ?? [];
      if (found === undefined) throw new Error('it does not listen yet');
      return found;
    });
    expect((await fetch(`${url}/_health`)).status).to.equal(503);
    stop.abort();
    const error: unknown = await fetch(`${url}/_health`).catch((cause: unknown) => cause);
    expect(error).to.be.an('error');
    expect(await Promise.race([ended, Promise.resolve('under way')])).to.equal('under way');
    engine.reject(new EngineUnreachable('no engine', { code: 'ENGINE_UNREACHABLE' }));
    await ended;
    database.close();
  });
});
