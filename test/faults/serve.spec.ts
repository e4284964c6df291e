import { expect } from 'chai';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { docker } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import type { Host } from '../support/hosts.ts';
import { ensureTestImage, findTestEngine, testImage } from '../support/real-engine.ts';
import { TestServe } from '../support/serve.ts';
import { run, TestSwarm } from '../support/swarm.ts';

const isWhole = process.env['FAULTS'] === 'all';
const kills = isWhole ? 50 : 5;
const clients = 20;
const jobsOfClient = isWhole ? 10 : 2;
const many = isWhole ? 500 : 30;

/** Each job is acknowledged once, whatever happens to the server; on the worker each has exactly one container. */
describe('a server that is killed', function () {
  this.timeout(1_800_000);
  const swarm = new TestSwarm(`dops-test-faults-${randomBytes(3).toString('hex')}`);
  const data = mkdtempSync(join(tmpdir(), 'dockerops-faults-'));
  let leader: Host;
  let worker: Host;
  let server: TestServe;
  const start = async (host = leader): Promise<TestServe> =>
    new TestServe(['--host', host.engine, '--data', data], { TOKEN: 'faults' }).ready();

  before(async function () {
    const here = await findTestEngine();
    if (here === undefined) return this.skip();
    await ensureTestImage(here);
    leader = await swarm.open([testImage]);
    worker = await swarm.start('worker-1', [testImage]);
    await swarm.join(worker);
    server = await start();
  });
  after(async () => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
    await server?.end('SIGTERM');
    await swarm.close();
    rmSync(data, { recursive: true });
  });

  /** Asks until it is answered, with the same key. */
  async function submit(key: string): Promise<string> {
    return eventually(async () => {
      const body = { image: testImage, command: 'true', memory: 6, labels: { key } };
      const { json, text } = await server.ask('POST', '/run', body, { 'idempotency-key': key });
      if (json['success'] !== true) throw new Error(text);
      return String(json['id']);
    }, 300_000);
  }

  async function allComplete(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      await server.until(
        id,
        ({ state }) => {
          expect(state).to.equal('complete');
        },
        900_000,
      );
  }

  /** How often each key has run, from the containers of the worker. */
  async function runsByKey(prefix: string): Promise<ReadonlyMap<string, number>> {
    const text = await run(worker, 'ps', '-a', '--format', '{{.Label "key"}}');
    const counts = new Map<string, number>();
    for (const key of text.split('\n').filter((each) => each.startsWith(prefix)))
      counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  }

  const expectOnce = async (prefix: string, keys: readonly string[]): Promise<void> => {
    const counts = await runsByKey(prefix);
    expect([...counts.values()].filter((count) => count !== 1)).to.deep.equal([]);
    expect([...counts.keys()].sort()).to.deep.equal([...keys].sort());
  };

  it('loses no job that it has acknowledged, and runs none twice', async () => {
    const keys = Array.from({ length: clients * jobsOfClient }, (_, index) => `killed-${String(index)}`);
    const work = Array.from({ length: clients }, async (_, client) => {
      const ids: string[] = [];
      for (const key of keys.filter((_key, index) => index % clients === client)) ids.push(await submit(key));
      return ids;
    });
    for (let count = 0; count < kills; count += 1) {
      await delay(randomInt(1500));
      await server.end('SIGKILL');
      server = await start();
    }
    await allComplete((await Promise.all(work)).flat());
    await expectOnce('killed-', keys);
  });

  it(`runs ${String(many)} jobs that come at once, each one once`, async () => {
    const keys = Array.from({ length: many }, (_, index) => `many-${String(index)}`);
    await allComplete(await Promise.all(keys.map(submit)));
    await expectOnce('many-', keys);
  });

  it('goes on with another manager when the leader is killed', async () => {
    const others = [await swarm.start('manager-2', []), await swarm.start('manager-3', [])];
    for (const other of others) await swarm.join(other, 'manager');
    const [next = leader] = others;
    swarm.joinAt(next);
    await server.end('SIGTERM');
    server = await start(next);
    const id = await server.run({ image: testImage, command: 'sleep 5' });
    await server.until(id, ({ state }) => {
      expect(state).to.equal('started');
    });
    await docker('kill', leader.container);
    await server.until(
      id,
      ({ state }) => {
        expect(state).to.equal('complete');
      },
      120_000,
    );
    await allComplete([await submit('after-leader')]);
  });

  it('fails a job whose worker is killed, and tries it elsewhere', async () => {
    const second = await swarm.start('worker-2', [testImage]);
    const id = await server.run({ image: testImage, command: 'sleep 1000', retries: 1 });
    await server.until(id, ({ node }) => {
      expect(node).to.equal('worker-1');
    });
    await docker('kill', worker.container);
    await server.until(
      id,
      ({ error }) => {
        expect(error).to.match(/^attempt 1 of 2 failed \(node worker-1 went down while the job was there\)/);
      },
      120_000,
    );
    await swarm.join(second);
    await server.until(
      id,
      ({ state, node }) => {
        expect([state, node]).to.deep.equal(['started', 'worker-2']);
      },
      120_000,
    );
  });
});
