// What the configuration of the balancers costs beside a plain one of the same haproxy: `npm run bench:balancer`. Needs
// the engine of this machine and the load generator `wrk` (apt-get install wrk).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { balancerImage } from '../src/lib/server/balancer/balancer-spec.ts';
import { unitNetwork } from '../src/lib/server/balancer/balancing.ts';
import { ensureBalancerImage, openBalancers } from '../test/support/balancer.ts';
import { docker } from '../test/support/docker.ts';
import { eventually } from '../test/support/eventually.ts';
import { median } from './statistics.ts';

const rounds = 7;
const seconds = 4;
const server = `bench-${String(process.pid)}`;
const [port, plainPort] = [20_000 + (process.pid % 6000), 26_000 + (process.pid % 6000)];

const head = 'defaults\n mode http\n timeout connect 2s\n timeout client 1m\n timeout server 1m\n';
const ok = 'http-request return status 200 content-type text/plain string ok';
const unitConfig = `${head}frontend unit\n bind :9000\n ${ok}\n`;
const plainConfig = (address: string): string =>
  `${head}frontend port\n bind :8080\n default_backend units\nbackend units\n server unit ${address}:9000\n`;

const directory = mkdtempSync(join(tmpdir(), 'dockerops-bench-'));

async function startHaproxy(name: string, config: string, ...options: readonly string[]): Promise<void> {
  const file = join(directory, `${name}.cfg`);
  writeFileSync(file, config, { mode: 0o644 });
  const places = ['--network', unitNetwork(server), '--volume', `${file}:/haproxy.cfg:ro`];
  const entrypoint = ['--entrypoint', 'haproxy', balancerImage, '-W', '-db', '-f', '/haproxy.cfg'];
  await docker('run', '-d', '--name', name, '--label', 'dockerops.test=bench', ...places, ...options, ...entrypoint);
}

/** Seconds of processor time of all processes of a container. */
async function processorSeconds(container: string): Promise<number> {
  const script = 'cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage';
  const text = await docker('exec', container, 'sh', '-c', script);
  const microseconds = /usage_usec (\d+)/.exec(text)?.[1];
  return microseconds === undefined ? Number(text) / 1e9 : Number(microseconds) / 1e6;
}

interface Figures {
  /** A second of one core. */
  readonly ofOneCore: number;
  /** A second, on this machine as busy as it is. */
  readonly requests: number;
  readonly failures: number;
}

async function measure(container: string, hostPort: number): Promise<Figures> {
  const before = await processorSeconds(container);
  const words = ['-t', '1', '-c', '32', '-d', `${String(seconds)}s`, '-H', 'Host: web'];
  const report = execFileSync('wrk', [...words, `http://127.0.0.1:${String(hostPort)}/`], { encoding: 'utf8' });
  const used = (await processorSeconds(container)) - before;
  const count = Number(/(\d+) requests in/.exec(report)?.[1]);
  return {
    ofOneCore: count / used,
    requests: count / seconds,
    failures: Number(/Non-2xx or 3xx responses: (\d+)/.exec(report)?.[1] ?? 0),
  };
}

async function main(): Promise<void> {
  await ensureBalancerImage();
  await docker('network', 'create', unitNetwork(server));
  const names = [`${server}-unit`, `${server}-plain`] as const;
  const balancing = await openBalancers(server, 'paz');
  try {
    await startHaproxy(names[0], unitConfig);
    const format = `{{(index .NetworkSettings.Networks "${unitNetwork(server)}").IPAddress}}`;
    const address = await docker('inspect', '--format', format, names[0]);
    await startHaproxy(names[1], plainConfig(address), '--publish', `${String(plainPort)}:8080`);
    const place = { service: 'web', hostPort: port };
    await balancing.balance(
      [{ ...place, containerPort: 9000, byName: true }],
      [{ ...place, unit: 'web-1-1', address, port: 9000, isDraining: false }],
    );
    await eventually(() => measure(names[1], plainPort));
    const [ours, plain]: [Figures[], Figures[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await measure(`dockerops-balancer-${String(port)}`, port));
      plain.push(await measure(names[1], plainPort));
    }
    print('balancer', ours);
    print('haproxy alone', plain);
    const ratios = ours.map(({ ofOneCore }, index) => ofOneCore / (plain[index]?.ofOneCore ?? Number.NaN));
    process.stdout.write(`ratio of one core, median of ${String(rounds)}: ${median(ratios).toFixed(2)}\n`);
  } finally {
    await balancing.balance([], []);
    await docker('rm', '-f', ...names).catch(() => {});
    await docker('network', 'rm', unitNetwork(server));
    rmSync(directory, { recursive: true });
  }
}

function print(name: string, figures: readonly Figures[]): void {
  const of = (value: (one: Figures) => number): string => Math.round(median(figures.map(value))).toString();
  const failures = figures.reduce((sum, one) => sum + one.failures, 0);
  process.stdout.write(
    `${name}: ${of(({ ofOneCore }) => ofOneCore)} requests a second of one core, ` +
      `${of(({ requests }) => requests)} a second, ${String(failures)} failed\n`,
  );
}

await main();
