import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { baseImageSet } from '../../src/lib/build/base-images/base-image-set.ts';
import { makeBaseArchive } from '../../src/lib/build/base-images/make-base-archive.ts';
import { dockerArchitecture } from '../../src/lib/build/base-images/os-table.ts';
import { nothingObserved } from '../../src/lib/observe/observe.ts';
import type { Balancing } from '../../src/lib/server/balancer/balancing.ts';
import { Balancers } from '../../src/lib/server/balancer/balancers.ts';
import { balancerImage } from '../../src/lib/server/balancer/balancer-spec.ts';
import { applyContext } from '../../src/lib/use-cases/apply-plan.ts';
import { openEngine } from '../../src/lib/use-cases/open-engine.ts';
import { docker } from './docker.ts';

const packageDirectory = new URL('../..', import.meta.url).pathname;

/** Makes the image of the balancers unless the engine has that of these sources. */
export async function ensureBalancerImage(): Promise<void> {
  const directory = join(packageDirectory, 'base-image');
  const set = await baseImageSet('debian12', directory, dockerArchitecture(process.arch));
  const desired = set.images.find(({ kind }) => kind === 'balancer')?.sourceHash;
  const hash = '{{index .Config.Labels "dockerops.source_hash"}}';
  if ((await docker('inspect', '--format', hash, balancerImage).catch(() => '')) === desired) return;
  const cacheDirectory = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'dockerops');
  const archive = await makeBaseArchive(set, { kinds: ['balancer'], cache: true, cacheDirectory, progress: () => {} });
  await execa('docker', ['load'], { input: archive });
}

/** An image of units that run `unit-program.py`, or that end at once. */
export async function buildUnitImage(tag: string, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'dops-test-unit-'));
  try {
    const program = await readFile(new URL('unit-program.py', import.meta.url), 'utf8');
    const variables = Object.entries(environment).map(([name, value]) => `ENV ${name}=${value}`);
    await writeFile(join(directory, 'unit.py'), program);
    const lines = [`FROM ${balancerImage}`, 'COPY unit.py /unit.py', ...variables, 'HEALTHCHECK NONE'];
    const entrypoint = 'ENTRYPOINT ["python3", "/unit.py"]';
    await writeFile(join(directory, 'Dockerfile'), [...lines, entrypoint, 'CMD []', ''].join('\n'));
    await docker('build', '--quiet', '--tag', tag, directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Balancers on the engine of this machine, as a server of this name has them. */
export async function openBalancers(server: string, domain: string): Promise<Balancing> {
  const invocation = { packageDirectory, homeDirectory: homedir(), workingDirectory: '/', environment: process.env };
  const { engine, tools } = await openEngine(invocation);
  return new Balancers({
    server,
    domain,
    token: () => Promise.resolve('test'),
    engine: () => Promise.resolve(engine),
    apply: (plan) =>
      tools.applier.apply(plan, {
        ...applyContext(tools, nothingObserved),
        progress: () => {},
        signal: new AbortController().signal,
        command: 'test',
      }),
    wake: () => {},
  });
}
