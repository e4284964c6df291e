// What the server costs and how fast it is, beside a bare fastify route and `docker service create`:
// `npm run bench:server`. Requests need no engine; `--swarm` measures jobs on a Swarm of two machines as well.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { JobStore } from '../src/lib/server/store/job-store.ts';
import { openStore } from '../src/lib/server/store/open-store.ts';
import { jobRequest } from '../test/support/job-server.ts';
import { ensureTestImage, openRealEngine, testImage } from '../test/support/real-engine.ts';
import { TestServe } from '../test/support/serve.ts';
import { eventually } from '../test/support/eventually.ts';
import { engineOf, run, TestSwarm } from '../test/support/swarm.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    jobs: { type: 'string', default: '10000' },
    swarm: { type: 'boolean', default: false },
  },
});
const connections = 32;
const token = 'bench';

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

/** Finished jobs, written as the server writes them. Returns the id of one. */
async function fill(directory: string, count: number): Promise<string> {
  const database = openStore(directory);
  database.run('PRAGMA synchronous = OFF');
  const store = new JobStore(database);
  const now = Date.now();
  for (let index = 0; index < count; index += 1) {
    const id = `job${String(index).padStart(22, '0')}`;
    await store.add({ job: { id, request: jobRequest(`job-${String(index)}`, ['true']), createdAt: now } });
    await store.change([{ job: id, number: 1 }], (one) => ({
      ...one,
      status: 'finished',
      state: 'complete',
      exitCode: 0,
      finishedAt: now,
      serviceId: `s${String(index)}`,
    }));
  }
  database.close();
  return `job${'0'.repeat(22)}`;
}

/** Requests one after another on so many connections; latencies in milliseconds. */
async function load(port: number, path: string, ms: number): Promise<readonly number[]> {
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const end = performance.now() + ms;
  const latencies: number[] = [];
  const one = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    await once(socket, 'connect');
    while (performance.now() < end) {
      const begin = performance.now();
      socket.write(request);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      if (!answer.toString('latin1', 0, 15).startsWith('HTTP/1.1 200')) throw new Error(answer.toString());
      latencies.push(performance.now() - begin);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, one));
  return latencies;
}

const bare = `
  import fastify from 'fastify';
  const app = fastify();
  app.get('/status/:id', (request) => ({ success: true, id: request.params.id, status: 'finished' }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  console.log(app.server.address().port);`;

interface Bare {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

async function startBare(): Promise<Bare> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', bare], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, pid: child.pid ?? 0, port: Number(line.toString()) };
}

/** Processor time of a process in seconds. */
function processorTime(pid: number): number {
  const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

interface Asked {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  readonly latencies: number[];
  seconds: number;
}

/** One round against a process; a first one warms it up. */
async function round(asked: Asked, ms: number): Promise<void> {
  const before = processorTime(asked.pid);
  asked.latencies.push(...(await load(asked.port, asked.path, ms)));
  asked.seconds += processorTime(asked.pid) - before;
}

function memoryOf(pid: number): string {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return `${(Number(kilobytes) / 1024).toFixed(0)} MiB`;
}

async function measureRequests(directory: string): Promise<void> {
  const id = await fill(directory, Number(values.jobs));
  const server = new TestServe(['--data', directory], { TOKEN: token, DOCKER_HOST: 'unix:///nonexistent' });
  const port = await eventually(() => Number(new URL(server.url).port));
  await server.ask('POST', '/services', { name: 'web', dockerRepository: 'bench/web', env: { MESSAGE: 'hello' } });
  const other = await startBare();
  const asked: readonly Asked[] = [
    { name: 'GET /status/:id', pid: server.pid, port, path: `/status/${id}`, latencies: [], seconds: 0 },
    { name: 'GET /services/:name', pid: server.pid, port, path: '/services/web', latencies: [], seconds: 0 },
    { ...other, name: 'a bare fastify route', path: `/status/${id}`, latencies: [], seconds: 0 },
  ];
  const ms = Number(values.seconds) * 1000;
  for (const one of asked) await load(one.port, one.path, ms);
  for (let count = 0; count < Number(values.rounds); count += 1) for (const one of asked) await round(one, ms);
  // What a core can do: independent of what else runs on the machine.
  const perCore = ({ latencies, seconds }: Asked): number => latencies.length / seconds;
  say(`| | requests a second of one core | beside the bare route | p99 |\n|---|---|---|---|`);
  for (const one of asked) {
    const ratio = perCore(one) / perCore(asked.at(-1) ?? one);
    const p99 = quantile(one.latencies, 0.99).toFixed(1);
    say(`| ${one.name} | ${perCore(one).toFixed(0)} | ${ratio.toFixed(2)} | ${p99} ms |`);
  }
  say(`memory with ${values.jobs} jobs: ${memoryOf(server.pid)}`);
  other.child.kill();
  await server.end('SIGTERM');
}

/** Milliseconds until the task runs, by the API of the manager. */
async function measureJobs(directory: string): Promise<void> {
  await ensureTestImage(await openRealEngine());
  const swarm = new TestSwarm(`dops-bench-${String(process.pid)}`);
  try {
    const leader = await swarm.open([testImage]);
    await swarm.join(await swarm.start('worker-1', [testImage]));
    const engine = await engineOf(leader);
    const words = ['--host', leader.engine, '--data', directory];
    const server = await new TestServe(words, { TOKEN: token }).ready();
    const [jobs, services]: [number[], number[]] = [[], []];
    for (let round = 0; round < Number(values.rounds) * 4; round += 1) {
      let begin = performance.now();
      const id = await server.run({ image: testImage, command: 'sleep 100', memory: 6 });
      while ((await server.ask('GET', `/status/${id}`)).json['state'] !== 'started');
      jobs.push(performance.now() - begin);
      await server.ask('POST', '/stop', { id });
      begin = performance.now();
      const name = `bench-${String(round)}`;
      const limits = ['--restart-condition', 'none', '--constraint', 'node.role==worker', '--no-resolve-image'];
      await run(leader, 'service', 'create', '-d', '--name', name, ...limits, testImage, 'sleep', '100');
      const service = await engine.findSwarmService(name);
      const isRunning = async (): Promise<boolean> =>
        (await engine.listTasks({ services: [service?.id ?? ''] }))[0]?.state === 'running';
      while (!(await isRunning()));
      services.push(performance.now() - begin);
      await engine.removeSwarmService(service?.id ?? '');
    }
    const half = (all: readonly number[]): string => `${quantile(all, 0.5).toFixed(0)} ms`;
    say(`/run to started: ${half(jobs)}; docker service create to running: ${half(services)} (p50)`);
    await server.end('SIGTERM');
  } finally {
    await swarm.close();
  }
}

const directory = mkdtempSync(join(tmpdir(), 'dockerops-bench-server-'));
try {
  await measureRequests(join(directory, 'requests'));
  if (values.swarm) await measureJobs(join(directory, 'jobs'));
} finally {
  rmSync(directory, { recursive: true });
}
