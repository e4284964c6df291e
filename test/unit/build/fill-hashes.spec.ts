import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fillHashes, type KnownImages } from '../../../src/lib/build/fill-hashes.ts';
import { UserError } from '../../../src/lib/errors.ts';
import type { ImageSpec } from '../../../src/lib/model/desired.ts';

describe('filling in hashes', () => {
  let services = '';
  beforeEach(async () => {
    services = await mkdtemp(join(tmpdir(), 'dockerops-fill-'));
  });
  afterEach(() => rm(services, { recursive: true, force: true }));

  async function folder(service: string, ...parents: string[]): Promise<ImageSpec> {
    const directory = join(services, service);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'Dockerfile'), `FROM ${parents.join('\nFROM ')}\n`);
    return {
      reference: `demo/${service}`,
      service,
      parents,
      source: { kind: 'folder', directory, dockerfile: 'Dockerfile', buildArgs: {} },
    };
  }

  const base: ImageSpec = {
    reference: 'dockerops/dockerops-base',
    service: 'dockerops-base',
    parents: [],
    source: { kind: 'base', os: 'debian12' },
  };
  const known: KnownImages = {
    baseHashes: { 'dockerops/dockerops-base': 'v1:base' },
    imageIds: { 'debian:12': 'sha256:1' },
  };

  async function hashes(
    images: readonly ImageSpec[],
    facts: KnownImages = known,
  ): Promise<Record<string, string | undefined>> {
    return Object.fromEntries((await fillHashes(images, facts)).map(({ service, inputHash }) => [service, inputHash]));
  }

  function changed(a: Record<string, unknown>, b: Record<string, unknown>): string[] {
    return Object.keys(a).filter((key) => a[key] !== b[key]);
  }

  it('gives every image its hash, parents before children, registry images none', async () => {
    const redis: ImageSpec = { reference: 'redis:7', service: 'redis', parents: [], source: { kind: 'registry' } };
    const filled = await fillHashes(
      [await folder('a', 'demo/z'), await folder('z', 'dockerops/dockerops-base'), base, redis],
      known,
    );
    expect(filled.map(({ service, inputHash }) => `${service} ${inputHash?.slice(0, 3) ?? 'none'}`)).to.deep.equal([
      'dockerops-base v1:',
      'redis none',
      'z v2:',
      'a v2:',
    ]);
    expect(filled[0]?.inputHash).to.equal('v1:base');
  });

  it('hands a change on to everything that is built on it, and to nothing else', async () => {
    const images = [
      await folder('child', 'demo/parent'),
      await folder('grandchild', 'demo/child:latest'),
      await folder('other', 'debian:12'),
      await folder('parent', 'debian:12'),
    ];
    const before = await hashes(images);
    await writeFile(join(services, 'parent', 'new'), '');
    expect(changed(before, await hashes(images))).to.have.members(['parent', 'child', 'grandchild']);
  });

  it('follows base images by their source and outside images by their id', async () => {
    const images = [
      base,
      await folder('on-base', 'dockerops/dockerops-base'),
      await folder('on-debian', 'docker.io/library/debian:12'),
    ];
    const before = await hashes(images);
    expect(
      changed(before, await hashes(images, { ...known, baseHashes: { 'dockerops/dockerops-base:latest': 'v1:new' } })),
    ).to.have.members(['dockerops-base', 'on-base']);
    expect(changed(before, await hashes(images, { ...known, imageIds: { 'debian:12': 'sha256:2' } }))).to.deep.equal([
      'on-debian',
    ]);
  });

  it('throws every problem of the graph at once', async () => {
    const images = [await folder('a', 'demo/b'), await folder('b', 'demo/a'), await folder('c', 'demo/gone')];
    const error = await fillHashes(images, known).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(UserError).with.property('problems').with.lengthOf(2);
  });
});
