// What the registrator costs and how fast it is, on a real etcd and the real engine:
// `npm run bench:registrator -- --rounds 30`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { withChanges } from '../src/lib/directories/key-space.ts';
import { label } from '../src/lib/labels.ts';
import { eventually } from '../test/support/eventually.ts';
import { findEtcd, startEtcd, type TestEtcd } from '../test/support/etcd.ts';
import { Hosts, type Host } from '../test/support/hosts.ts';
import { ensureTestImage, openRealEngine, testImage } from '../test/support/real-engine.ts';
import type { TestRegistrator } from '../test/support/registrator.ts';
import { RegistratorWorld } from '../test/support/registrator-world.ts';
import { countingProxy, type CountingProxy } from './counting-proxy.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    idle: { type: 'string', default: '60' },
    containers: { type: 'string', default: '10,200' },
    keys: { type: 'string', default: '10,100,1000' },
  },
});
const numbers = (text: string): readonly number[] => text.split(',').map(Number);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function quantile(times: readonly number[], part: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return `${(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0).toFixed(0)} ms`;
}

function row(name: string, times: readonly number[]): void {
  say(`| ${name} | ${quantile(times, 0.5)} | ${quantile(times, 0.99)} | ${String(times.length)} |`);
}

/** Moments at which something was first reported, by name. */
class Moments {
  readonly #waiting = new Map<string, PromiseWithResolvers<number>>();

  note(name: string): void {
    this.#of(name).resolve(performance.now());
  }

  of(name: string): Promise<number> {
    return this.#of(name).promise;
  }

  #of(name: string): PromiseWithResolvers<number> {
    const known = this.#waiting.get(name) ?? Promise.withResolvers<number>();
    this.#waiting.set(name, known);
    return known;
  }
}

/** Starts containers one after the other: milliseconds from the engine's event, and from the call, to the key. */
async function startToKey(world: RegistratorWorld, count: number, rounds: number): Promise<void> {
  const over = new AbortController();
  const [events, keys] = [new Moments(), new Moments()];
  const nameOf = (text: string | undefined): string => (text ?? '').slice(world.run.prefix.length);
  void (async () => {
    for await (const { labels } of world.engine.events(world.run.labels, over.signal, ['start']))
      events.note(nameOf(labels['name']));
  })();
  void (async () => {
    const snapshot = await world.keys.read(`${world.root}/`);
    for await (const { changes } of world.keys.watch(withChanges(snapshot, { ...snapshot, changes: [] }), over.signal))
      for (const { key, entry } of changes) if (entry !== undefined) keys.note(key.slice(world.root.length + 1));
  })();
  const [fromEvent, fromCall]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const name = `m${String(count)}-${String(round)}`;
    const begin = performance.now();
    await world.startContainer(name);
    const [event, key] = await Promise.all([events.of(name), keys.of(name)]);
    fromEvent.push(key - event);
    fromCall.push(key - begin);
    await world.removeContainer(name);
    await delay(500);
  }
  over.abort();
  row(`${String(count)} containers: the engine's event to the key`, fromEvent);
  row(`${String(count)} containers: the call that creates the container to the key`, fromCall);
}

async function metric(registrator: TestRegistrator, name: string): Promise<number> {
  const { text } = await registrator.page('/metrics');
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

async function memoryOf(registrator: TestRegistrator): Promise<string> {
  const bytes = await metric(registrator, 'process_resident_memory_bytes');
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}

async function idle(
  registrator: TestRegistrator,
  keys: number,
  etcd: CountingProxy,
  engine: CountingProxy,
): Promise<void> {
  const seconds = Number(values.idle);
  const list = ({ requests }: CountingProxy): string =>
    [...requests]
      .sort()
      .map(([name, count]) => `${name} ${String(count)}`)
      .join(', ') || 'none';
  for (const proxy of [etcd, engine]) proxy.reset();
  const before = await metric(registrator, 'process_cpu_seconds_total');
  await delay(seconds * 1000);
  const cpu = (await metric(registrator, 'process_cpu_seconds_total')) - before;
  say(
    `${String(keys)} keys, ${String(seconds)} s at rest: ${(cpu * 1000).toFixed(0)} ms of CPU, ` +
      `${await memoryOf(registrator)}; to etcd: ${list(etcd)}; to the engine: ${list(engine)}`,
  );
}

/** One container whose policy publishes so many keys. */
async function atRest(world: RegistratorWorld, etcd: CountingProxy, engine: CountingProxy): Promise<void> {
  for (const count of numbers(values.keys)) {
    await writeFile(
      join(world.directory, 'test.ts'),
      `export const container = (c) => c.label('${label.test}') !== '${world.run.labels[label.test] ?? ''}' ? null :
        Object.fromEntries(
          Array.from({ length: ${String(count)} }, (_, i) => ['${world.root}/${String(count)}/' + c.name + i, c.id]),
        );`,
    );
    const registrator = world.start(`rest-${String(count)}`, [
      ...['--ttl', '30s', '--etcd', `http://127.0.0.1:${String(etcd.port)}`],
      ...['--host', `tcp://127.0.0.1:${String(engine.port)}`],
    ]);
    await registrator.until(({ state }) => {
      if (state !== 'Running') throw new Error(state);
    });
    await eventually(async () => {
      if (Object.keys(await world.visible()).length < count) throw new Error('not yet');
    });
    await delay(3000);
    await idle(registrator, count, etcd, engine);
    await registrator.end('SIGKILL');
  }
}

/** On an engine that nobody else uses, since events of others cost passes, too. */
async function bench(etcd: TestEtcd, host: Host): Promise<void> {
  const engine = await openRealEngine({ environment: {}, platform: 'linux', host: host.engine });
  await using world = await RegistratorWorld.open(etcd, engine);
  const registrator = world.start('a', ['--ttl', '30s', '--host', host.engine]);
  await registrator.until(({ state }) => {
    if (state !== 'Running') throw new Error(state);
  });
  say('| | p50 | p99 | of |\n|---|---|---|---|');
  let started = 0;
  for (const count of numbers(values.containers)) {
    for (; started < count; started += 1) await world.startContainer(`c${String(started)}`);
    await delay(2000);
    await startToKey(world, count, Number(values.rounds));
  }
  say(`memory with ${String(started)} containers: ${await memoryOf(registrator)}`);
  await registrator.end('SIGKILL');
  for (let each = 1; each < started; each += 1) await world.removeContainer(`c${String(each)}`);
  const etcdCalls = await countingProxy({ host: '127.0.0.1', port: etcd.endpoint(0).port });
  const engineCalls = await countingProxy({ host: host.address, port: 2375 });
  await atRest(world, etcdCalls, engineCalls);
  etcdCalls.close();
  engineCalls.close();
}

const program = findEtcd('3.5');
if (program !== undefined) {
  const hosts = new Hosts('dops-bench-registrator');
  try {
    await ensureTestImage(await openRealEngine());
    await hosts.open();
    const host = await hosts.start('engine');
    await hosts.load(host, [testImage]);
    await using etcd = await startEtcd(program);
    await bench(etcd, host);
  } finally {
    await hosts.close();
  }
}
