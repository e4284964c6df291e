// How soon keys of a container are in etcd after the engine's event, with many containers. The engine answers from what
// the real one has answered about one container, so that only the registrator is measured:
// `npm run bench:registrator:starts -- --containers 10,200,1000`.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EtcdHttp } from '../src/lib/directories/etcd/http.ts';
import { EtcdKeySpace } from '../src/lib/directories/etcd/key-space.ts';
import { eventually } from '../test/support/eventually.ts';
import { findEtcd, startEtcd, type TestEtcd } from '../test/support/etcd.ts';
import { TestRegistrator } from '../test/support/registrator.ts';
import { RecordedEngine, type Recorded } from './recorded-engine.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    containers: { type: 'string', default: '10,200,1000' },
  },
});

/** Until its memory is what it needs, and not what it needed for a moment. */
const restMs = 20_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What the engine answers about itself and its first container. */
function record(): Recorded {
  const ask = (path: string): unknown =>
    JSON.parse(
      execFileSync('curl', ['-sS', '--unix-socket', '/var/run/docker.sock', `http://engine${path}`], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      }),
    );
  const [row] = ask('/containers/json?all=1') as Recorded['row'][];
  if (row === undefined) throw new Error('the engine needs a container: docker run -d debian sleep 1000');
  const document = ask(`/containers/${String(row['Id'])}/json`) as Recorded['document'];
  return { row, document, info: ask('/info') as object, version: ask('/version') as object };
}

function quantile(times: readonly number[], part: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return `${(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0).toFixed(0)} ms`;
}

class Visible {
  readonly #names = new Map<string, number>();

  async follow(keys: EtcdKeySpace, signal: AbortSignal): Promise<void> {
    for await (const { changes } of keys.watch(await keys.read('/bench/'), signal))
      for (const { key } of changes) this.#names.set(key.slice('/bench/'.length), performance.now());
  }

  /** When the last of these keys was there. */
  async at(names: readonly string[]): Promise<number> {
    return eventually(() => {
      const times = names.map((name) => this.#names.get(name));
      if (times.includes(undefined)) throw new Error(`${String(this.#names.size)} keys are there`);
      return Math.max(...times.map(Number));
    }, 60_000);
  }
}

async function measure(etcd: TestEtcd, recorded: Recorded, directory: string, count: number): Promise<void> {
  await using engine = await RecordedEngine.open(recorded);
  using keys = new EtcdKeySpace(new EtcdHttp(etcd.access));
  const over = new AbortController();
  const visible = new Visible();
  const words = ['--policies', directory, '--etcd', `http://127.0.0.1:${String(etcd.endpoint(0).port)}`];
  const name = ['--name', `bench-${String(count)}`, '--host', engine.address];
  const registrator = new TestRegistrator([...words, ...name], {});
  try {
    await registrator.until(({ state }) => {
      if (state !== 'Running') throw new Error(state);
    });
    void visible.follow(keys, over.signal);
    await delay(1000);
    const names = Array.from({ length: count }, (_, index) => `c${String(count)}-${String(index)}`);
    for (const each of names) engine.start(each);
    const begin = performance.now();
    const all = (await visible.at(names)) - begin;
    const times: number[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1) {
      await delay(400);
      const each = `m${String(count)}-${String(round)}`;
      const started = performance.now();
      engine.start(each);
      times.push((await visible.at([each])) - started);
    }
    await delay(restMs);
    const memory = /^process_resident_memory_bytes (\S+)$/m.exec((await registrator.page('/metrics')).text)?.[1];
    say(
      `| ${String(count)} | ${all.toFixed(0)} ms | ${quantile(times, 0.5)} | ${quantile(times, 0.99)} | ` +
        `${(Number(memory) / 1024 / 1024).toFixed(0)} MiB |`,
    );
  } finally {
    over.abort();
    await registrator.end('SIGKILL');
  }
}

const program = findEtcd('3.5');
if (program !== undefined) {
  const recorded = record();
  await using etcd = await startEtcd(program);
  const directory = await mkdtemp(join(tmpdir(), 'dops-bench-policies-'));
  await writeFile(join(directory, 'bench.ts'), "export const container = (c) => ({ ['/bench/' + c.name]: c.id });");
  say('| containers | all started at once: to the last key | one more: p50 | p99 | memory at rest |');
  say('|---|---|---|---|---|');
  for (const count of values.containers.split(',').map(Number)) await measure(etcd, recorded, directory, count);
  await rm(directory, { recursive: true });
}
