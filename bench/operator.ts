// What the operator costs and how fast it is, on a real Consul and the real engine:
// `npm run bench:operator -- --rounds 50`.
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { putKey } from '../src/lib/directories/consul/keys.ts';
import { ConsulHttp } from '../src/lib/directories/consul/http.ts';
import type { Engine } from '../src/lib/engine/engine.ts';
import { label } from '../src/lib/labels.ts';
import { findConsul, startConsul, type TestConsul } from '../test/support/consul.ts';
import { eventually } from '../test/support/eventually.ts';
import { patient, TestNode } from '../test/support/operator-node.ts';
import type { TestOperator } from '../test/support/operator.ts';
import { ensureTestImage, openRealEngine, testImage } from '../test/support/real-engine.ts';
import { countingProxy, type CountingProxy } from './counting-proxy.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    idle: { type: 'string', default: '60' },
    services: { type: 'string', default: '500' },
  },
});
const engineSocket = '/var/run/docker.sock';

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

/** Milliseconds from before the write of a key to the engine's event that the container has started. */
async function keyToRunning(node: TestNode, engine: Engine, rounds: number): Promise<readonly number[]> {
  const times: number[] = [];
  const abort = new AbortController();
  let started: (name: string) => void = () => {};
  void (async () => {
    for await (const event of engine.events({ [label.node]: node.name }, abort.signal, ['start']))
      started(event.labels['name'] ?? '');
  })();
  for (let round = 0; round < rounds; round += 1) {
    const name = `k${String(round)}`;
    const { promise, resolve } = Promise.withResolvers<number>();
    started = (container) => {
      if (container === node.service(name)) resolve(performance.now());
    };
    const begin = performance.now();
    await node.run(name);
    times.push((await promise) - begin);
    await node.stop(name);
    await eventually(async () => {
      if ((await node.containers())[name] !== undefined) throw new Error('still there');
    });
    // So that the operator is idle before each write.
    await delay(1200);
  }
  abort.abort();
  return times;
}

/** Milliseconds to create and start an equal container with direct calls of the engine. */
async function engineAlone(engine: Engine, node: TestNode, rounds: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now();
    const { id } = await engine.createContainer(node.service(`floor${String(round)}`), {
      image: testImage,
      command: patient,
      environment: [],
      labels: { [label.node]: node.name },
      network: { mode: 'bridge' },
      ports: [],
      mounts: [],
      runtime: { restart: 'always' },
    });
    await engine.startContainer(id);
    times.push(performance.now() - begin);
    await engine.removeContainer(id, { force: true });
  }
  return times;
}

async function metric(operator: TestOperator, name: string): Promise<number> {
  const { text } = await operator.page('/metrics');
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

async function idle(
  operator: TestOperator,
  seconds: number,
  consulCalls: CountingProxy,
  engineCalls: CountingProxy,
): Promise<void> {
  consulCalls.reset();
  engineCalls.reset();
  const before = await metric(operator, 'process_cpu_seconds_total');
  await delay(seconds * 1000);
  const cpu = (await metric(operator, 'process_cpu_seconds_total')) - before;
  const list = ({ requests }: CountingProxy): string =>
    [...requests]
      .sort()
      .map(([name, count]) => `${name} ${String(count)}`)
      .join(', ') || 'none';
  const memory = (await metric(operator, 'process_resident_memory_bytes')) / 1024 / 1024;
  say(
    `${String(seconds)} s at rest: ${(cpu * 1000).toFixed(0)} ms of CPU (${((cpu / seconds) * 100).toFixed(2)} % ` +
      `of a core), ${memory.toFixed(0)} MiB`,
  );
  say(`  to Consul: ${list(consulCalls)}`);
  say(`  to the engine: ${list(engineCalls)}`);
}

async function bench(consul: TestConsul): Promise<void> {
  const engine = await openRealEngine({ environment: {}, platform: 'linux', host: `unix://${engineSocket}` });
  await ensureTestImage(engine);
  const consulCalls = await countingProxy({ host: consul.access.host, port: consul.access.port });
  const engineCalls = await countingProxy({ socketPath: engineSocket });
  const node = new TestNode(consul, engine);
  node.consulAddress = `127.0.0.1:${String(consulCalls.port)}`;
  const operator = node.start(['--host', `tcp://127.0.0.1:${String(engineCalls.port)}`]);
  try {
    await operator.until(({ state }) => {
      if (state !== 'Running') throw new Error(state);
    });
    say('| | p50 | p99 | of |\n|---|---|---|---|');
    row('key written to container running', await keyToRunning(node, engine, Number(values.rounds)));
    row('create and start by the engine alone', await engineAlone(engine, node, Number(values.rounds)));
    await node.run('one');
    await operator.until(({ services }) => {
      if (services[node.service('one')]?.state !== 'running') throw new Error('not yet');
    });
    await idle(operator, Number(values.idle), consulCalls, engineCalls);
    await many(node, operator, consul);
  } finally {
    await node.close();
    consulCalls.close();
    engineCalls.close();
  }
}

/** Services whose image does not exist: the operator does everything but create their containers. */
async function many(node: TestNode, operator: TestOperator, consul: TestConsul): Promise<void> {
  using http = new ConsulHttp(consul.access);
  const count = Number(values.services);
  for (let index = 0; index < count; index += 1)
    await putKey(
      http,
      `_wakeful/nodes/${node.name}/services/${node.service(`s${String(index)}`)}`,
      JSON.stringify({
        image: 'dops-test/never:1',
        ports: [{ incoming: 20_000 + index, outgoing: 80 }],
        env: { A: 'b' },
        tags: ['x'],
      }),
    );
  await operator.until(({ services }) => {
    if (Object.keys(services).length <= count) throw new Error('not yet');
  });
  await delay(5000);
  say(
    `with ${String(count)} services wanted: ` +
      `${((await metric(operator, 'process_resident_memory_bytes')) / 1024 / 1024).toFixed(0)} MiB`,
  );
}

const program = findConsul();
if (program !== undefined) {
  await using consul = await startConsul(program);
  await bench(consul);
}
