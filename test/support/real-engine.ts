import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { writeDockerArchive } from '../../src/lib/engine/archive/docker-archive.ts';
import { connect, type ConnectRequest } from '../../src/lib/engine/connection/connect.ts';
import { createDockerEngine } from '../../src/lib/engine/docker-engine.ts';
import type { Engine } from '../../src/lib/engine/engine.ts';
import { EngineUnreachable, NotFound } from '../../src/lib/errors.ts';
import { label } from '../../src/lib/labels.ts';
import { eventually } from './eventually.ts';

/** Busybox and nothing else: `sh`, `cat`, `sleep` and friends, without a registry. */
export const testImage = 'dops-test/busybox:latest';

const applets = [
  'sh',
  'cat',
  'chmod',
  'chown',
  'cp',
  'date',
  'dd',
  'echo',
  'env',
  'false',
  'grep',
  'head',
  'hostname',
  'id',
  'ip',
  'kill',
  'ls',
  'md5sum',
  'mkdir',
  'mount',
  'nc',
  'nslookup',
  'ping',
  'printf',
  'ps',
  'pwd',
  'seq',
  'sleep',
  'stat',
  'stty',
  'tail',
  'test',
  'top',
  'touch',
  'tr',
  'true',
  'wc',
  'wget',
  'yes',
];

export interface TestRun {
  readonly engine: Engine;
  /** Prefix of the names of everything that the run makes. */
  readonly prefix: string;
  /** Labels of everything that the run makes. */
  readonly labels: Readonly<Record<string, string>>;
  /** Removes everything with the label of the run, also after a failure. */
  cleanUp(): Promise<void>;
}

/** The engine of this machine, or another one; rejects when there is none. */
export async function openRealEngine(
  request: ConnectRequest = { environment: process.env, platform: process.platform },
): Promise<Engine> {
  return createDockerEngine(await connect(request), request);
}

/** The same, or undefined (with the reason printed) when there is none and none is required. */
export async function findTestEngine(): Promise<Engine | undefined> {
  try {
    return await openRealEngine();
  } catch (error) {
    if (!(error instanceof EngineUnreachable) || process.env['DOCKEROPS_REQUIRE_ENGINE'] === '1') throw error;
    console.log(`    skipped: ${error.message}`);
    return undefined;
  }
}

export function startTestRun(engine: Engine): TestRun {
  const id = Math.floor(performance.timeOrigin + performance.now()).toString(36) + process.pid.toString(36);
  const labels = { [label.test]: id };
  return { engine, prefix: `dops-test-${id}-`, labels, cleanUp: () => removeLabelled(engine, labels) };
}

/** Also succeeds when it is removed elsewhere at the same moment. */
export async function remove(engine: Engine, container: string): Promise<void> {
  await eventually(async () => {
    await engine.removeContainer(container, { force: true, volumes: true }).catch((error: unknown) => {
      if (!(error instanceof NotFound)) throw error;
    });
  });
}

async function removeLabelled(engine: Engine, labels: Readonly<Record<string, string>>): Promise<void> {
  const containers = await engine.listContainers({ all: true, labels });
  await Promise.all(containers.map(({ id }) => remove(engine, id)));
  await Promise.all((await engine.listNetworks(labels)).map(({ id }) => engine.removeNetwork(id)));
  await Promise.all((await engine.listVolumes(labels)).map(({ name }) => engine.removeVolume(name)));
  for (const image of await engine.listImages(labels)) {
    for (const reference of image.references.length > 0 ? image.references : [image.id])
      await engine.removeImage(reference);
  }
}

/** Loads the test image unless it exists. Its only program is that of the package busybox-static of Debian. */
export async function ensureTestImage(engine: Engine): Promise<string> {
  if ((await engine.findImage(testImage)) === undefined)
    await engine.loadImages(await testImageArchive(testImage), () => {});
  return testImage;
}

export async function testImageArchive(
  reference: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Readable> {
  return layeredArchive(reference, [await busyboxLayer()], labels);
}

/** A docker-archive of one image, with these tars as its layers. */
export function layeredArchive(
  reference: string,
  layers: readonly Buffer[],
  labels: Readonly<Record<string, string>> = {},
): Readable {
  const created = new Date(0);
  return writeDockerArchive(
    [
      {
        tags: [reference],
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
        created,
        config: { Cmd: ['sh'], Env: ['PATH=/bin'], Labels: labels },
        layers: layers.map((layer) => ({
          digest: createHash('sha256').update(layer).digest('hex'),
          size: layer.length,
          createdBy: 'dockerops tests',
          open: () => Readable.from([layer]),
        })),
      },
    ],
    created,
  );
}

/** A layer of one file. */
export function fileLayer(name: string, content: string | Buffer): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name, mtime: new Date(0), mode: 0o644 }, content);
  tar.finalize();
  return buffer(Readable.from(tar, { objectMode: false }));
}

/** A tar with one static program and its names. */
export async function busyboxLayer(): Promise<Buffer> {
  const program = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
  if (program === undefined) throw new Error('the tests need a static busybox: apt-get install busybox-static');
  const tar = pack();
  const fixed = { mtime: new Date(0), uid: 0, gid: 0 };
  for (const name of ['bin/', 'tmp/', 'etc/', 'root/', 'proc/', 'sys/', 'dev/'])
    tar.entry({ ...fixed, name, type: 'directory', mode: name === 'tmp/' ? 0o1777 : 0o755 });
  tar.entry(
    { ...fixed, name: 'etc/passwd', mode: 0o644 },
    'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/tmp:/bin/sh\n',
  );
  tar.entry({ ...fixed, name: 'bin/busybox', mode: 0o755 }, readFileSync(program));
  for (const applet of applets)
    tar.entry({ ...fixed, name: `bin/${applet}`, type: 'symlink', linkname: 'busybox', mode: 0o777 });
  tar.finalize();
  return buffer(Readable.from(tar, { objectMode: false }));
}
