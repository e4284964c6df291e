// How long deploys take on a Swarm beside `docker service create` and `docker service update` of the same:
// `npm run bench:deploys`. The Swarm is one machine, a container of the engine of this machine. Each service is made
// with so many units, and then brought to another image; both wait until the new units are ready and the old ones gone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { docker } from '../test/support/docker.ts';
import type { Host } from '../test/support/hosts.ts';
import { ensureTestImage, openRealEngine, testImage } from '../test/support/real-engine.ts';
import { TestServe } from '../test/support/serve.ts';
import { run, TestSwarm } from '../test/support/swarm.ts';
import { median } from './statistics.ts';

const { values } = parseArgs({
  options: { units: { type: 'string', default: '1,10,50' }, rounds: { type: 'string', default: '3' } },
});
const name = `dops-bench-${String(process.pid)}`;
const images = [`${name}/unit:1`, `${name}/unit:2`] as const;

/** Ends at once on SIGTERM, so that no grace period is measured. */
async function buildImages(): Promise<void> {
  await ensureTestImage(await openRealEngine());
  const program = `CMD ["sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"]`;
  for (const [index, image] of images.entries()) {
    const input = `FROM ${testImage}\nENV NUMBER=${String(index)}\n${program}\n`;
    await execa('docker', ['build', '--quiet', '--tag', image, '-'], { input });
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

interface Times {
  readonly create: number;
  readonly update: number;
}

async function deployTimes(server: TestServe, service: string, units: number): Promise<Times> {
  await server.ask('POST', '/services', { name: service, dockerRepository: images[0], numInstances: units });
  const deploy = async (image: string): Promise<void> => {
    const body = { serviceName: service, dockerRepository: image, pushedAt: 1 };
    const { status, text } = await server.ask('POST', '/hooks/deploy?wait=true', body);
    if (status !== 200) throw new Error(text);
  };
  const times = { create: await secondsOf(() => deploy(images[0])), update: await secondsOf(() => deploy(images[1])) };
  await server.ask('DELETE', `/services/${service}`);
  return times;
}

/** Its words wait as a deploy does: until all tasks run and have done so for a while. */
async function dockerTimes(host: Host, service: string, units: number): Promise<Times> {
  const words = ['--quiet', '--no-resolve-image'];
  const replicas = ['--replicas', String(units), '--name', service];
  const create = await secondsOf(() => run(host, 'service', 'create', ...words, ...replicas, images[0]));
  const update = await secondsOf(() => run(host, 'service', 'update', ...words, '--image', images[1], service));
  await run(host, 'service', 'rm', service);
  return { create, update };
}

function row(units: number, ours: readonly Times[], theirs: readonly Times[]): string {
  const cells = (['create', 'update'] as const).flatMap((kind) => {
    const [own, other] = [ours, theirs].map((times) => median(times.map((one) => one[kind])));
    return [own, other, (own ?? 0) / (other ?? 1)].map((value) => (value ?? 0).toFixed(2));
  });
  return `| ${[String(units), ...cells].join(' | ')} |\n`;
}

async function measure(server: TestServe, host: Host): Promise<void> {
  process.stdout.write('| units | first deploy | service create | ratio | deploy | service update | ratio |\n');
  process.stdout.write('|---|---|---|---|---|---|---|\n');
  for (const units of values.units.split(',').map(Number)) {
    const [ours, theirs]: [Times[], Times[]] = [[], []];
    for (let round = 0; round < Number(values.rounds); round += 1) {
      const suffix = `${String(units)}-${String(round)}`;
      ours.push(await deployTimes(server, `ours-${suffix}`, units));
      theirs.push(await dockerTimes(host, `theirs-${suffix}`, units));
    }
    process.stdout.write(row(units, ours, theirs));
  }
}

const data = mkdtempSync(join(tmpdir(), 'dockerops-bench-'));
const swarm = new TestSwarm(name);
try {
  await buildImages();
  const host = await swarm.open(images);
  const server = await new TestServe(['--host', host.engine, '--data', data]).ready();
  await measure(server, host).finally(() => server.end('SIGTERM'));
} finally {
  await swarm.close();
  await docker('rmi', ...images).catch(() => '');
  rmSync(data, { recursive: true });
}
