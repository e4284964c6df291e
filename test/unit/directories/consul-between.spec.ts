import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect } from 'chai';
import { ConsulNode } from '../../../src/lib/directories/consul-node.ts';
import { findLeader } from '../../../src/lib/directories/consul/agent.ts';
import { acquireKey } from '../../../src/lib/directories/consul/keys.ts';
import { createSession, renewSession, sessionExists } from '../../../src/lib/directories/consul/sessions.ts';
import { DirectoryError } from '../../../src/lib/directories/directory-errors.ts';
import type { ConsulHttp } from '../../../src/lib/directories/consul/http.ts';
import { keepLock } from '../../../src/lib/directories/consul/keep-lock.ts';
import { watchPrefix } from '../../../src/lib/directories/consul/watch-prefix.ts';
import { serveConsul, type ServedConsul } from '../../support/serve-consul.ts';

/** What a proxy may do to answers of Consul: it drops the index, answers in its own words, or refuses. */
describe('a proxy in front of Consul', () => {
  let consul: ServedConsul;
  let http: ConsulHttp;
  let asked: string[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let stop: AbortController;

  beforeEach(async () => {
    asked = [];
    stop = new AbortController();
    consul = await serveConsul((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      answer(request, response);
    });
    http = consul.http;
  });

  afterEach(() => {
    stop.abort();
    consul[Symbol.dispose]();
  });

  /** So many answers long: who asks in a circle asks as often meanwhile. */
  async function others(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await http.ask({ step: 'ask as another', path: '/other' });
  }

  function asks(path: string): number {
    return asked.filter((text) => text.includes(path)).length;
  }

  it('that drops the index causes no busy loop of the watch', async () => {
    answer = (_, response) => {
      response.end('[]');
    };
    const watch = drain(watchPrefix(http, { prefix: 'p/', waitSeconds: 60, signal: stop.signal }));
    await others(100);
    expect(asks('/kv/p/')).to.be.within(1, 20);
    stop.abort();
    await watch;
  });

  it('that drops the index causes no busy loop of the lock', async () => {
    const held = JSON.stringify([{ Key: 'l', Value: '', CreateIndex: 1, ModifyIndex: 1, Session: 's' }]);
    answer = ({ url = '', method }, response) => {
      response.end(
        url.includes('/session/create') ? '{"ID":"s"}' : method === 'GET' && url.includes('/kv/') ? held : 'true',
      );
    };
    const lock = keepLock(http, {
      key: 'l',
      holder: 'me',
      ttlSeconds: 15,
      lockDelaySeconds: 1,
      signal: stop.signal,
      onChange: () => {},
    });
    await others(100);
    expect(asked.filter((text) => text.startsWith('GET /v1/kv/l')).length).to.be.within(1, 20);
    stop.abort();
    await lock;
  });

  it('that answers with other JSON is a reported failure, and does not end the watch', async () => {
    answer = (_, response) => {
      response.end('{"error":"maintenance"}');
    };
    const { value } = await watchPrefix(http, { prefix: 'p/', waitSeconds: 60, signal: stop.signal }).next();
    expect(value?.failure?.message).to.contain('is not Consul');
  });

  it('that answers anything to anything is a reported failure of each request, and no bug', async () => {
    const node = new ConsulNode(http, 60);
    const asked = [
      () => node.list(),
      () => node.place(),
      () => findLeader(http),
      () => createSession(http, { name: 's', ttlSeconds: 15, lockDelaySeconds: 1 }),
      () => renewSession(http, 's'),
      () => sessionExists(http, 's'),
      () => acquireKey(http, 'k', 's', ''),
      () => node.read('p/', stop.signal),
    ];
    for (const text of ['null', '{"a":{"b":1}}', '[[1]]', '3', '<html>', '['.repeat(50_000)]) {
      answer = (_, response) => {
        response.end(text);
      };
      for (const ask of asked) {
        const error: unknown = await ask().then(
          (found) => (Array.isArray(found) || typeof found === 'boolean' ? undefined : found),
          (reason: unknown) => reason,
        );
        if (error !== undefined) expect(error, `${text.slice(0, 9)} ${String(ask)}`).to.be.instanceOf(DirectoryError);
      }
    }
  });

  it('that allows no session is reported as the reason why the lock is not held', async () => {
    answer = (_, response) => {
      response.writeHead(403).end('Permission denied');
    };
    const { promise, resolve } = Promise.withResolvers<Error>();
    const never = (): never => {
      throw new Error('it cannot be held');
    };
    const turn = new ConsulNode(http, 60).hold(
      'l',
      { holder: 'me', isGone: () => false, onHeld: never, onOther: never, onUnknown: resolve },
      stop.signal,
    );
    expect((await promise).message).to.contain('does not permit it');
    stop.abort();
    await turn;
  });
});

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) expect(item).to.be.an('object');
}
