import { chmod, cp, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type BaseImageSet,
  baseImageSet,
  baseKinds,
  findBaseKind,
  parsePackages,
} from '../../../../src/lib/build/base-images/base-image-set.ts';
import { UserError } from '../../../../src/lib/errors.ts';

const shipped = new URL('../../../../base-image', import.meta.url).pathname;

describe('base image set', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-test-'));
    await cp(shipped, directory, { recursive: true, preserveTimestamps: true });
  });
  afterEach(() => rm(directory, { recursive: true }));

  const hashes = async (arch = 'amd64'): Promise<string[]> => hashesOf(await baseImageSet('debian12', directory, arch));
  const hashesOf = (set: BaseImageSet): string[] => set.images.map((image) => image.sourceHash);
  const changed = async (change: () => Promise<void>): Promise<boolean[]> => {
    const before = await hashes();
    await change();
    return (await hashes()).map((hash, index) => hash !== before[index]);
  };

  it('names the images with and without the os', async () => {
    const { images } = await baseImageSet('debian12', directory, 'amd64');
    expect(images.flatMap((image) => image.tags)).to.deep.equal([
      'dockerops/dockerops-common-debian12:latest',
      'dockerops/dockerops-base-debian12:latest',
      'dockerops/dockerops-base:latest',
      'dockerops/dockerops-dns-debian12:latest',
      'dockerops/dockerops-dns:latest',
      'dockerops/dockerops-full-debian12:latest',
      'dockerops/dockerops-full:latest',
      'dockerops/dockerops-balancer-debian12:latest',
      'dockerops/dockerops-balancer:latest',
    ]);
  });

  /** Kinds of the images that a change makes anew. */
  const changedKinds = async (change: () => Promise<void>): Promise<readonly string[]> => {
    const flags = await changed(change);
    return baseKinds.filter((_, index) => flags[index]);
  };

  it('a file changes the image that holds it and those above', async () => {
    const write = (file: string) => (): Promise<void> => writeFile(join(directory, file), 'x');
    expect(await changedKinds(write('base/rootfs/new'))).to.deep.equal(['base', 'dns', 'full']);
    expect(await changedKinds(write('common/rootfs/new'))).to.deep.equal([...baseKinds]);
    expect(await changedKinds(write('balancer/rootfs/new'))).to.deep.equal(['balancer']);
  });

  it('a package of dns, full or the balancer changes that image only, the last step of the OS tree all', async () => {
    for (const kind of ['dns', 'full', 'balancer'] as const)
      expect(await changedKinds(() => writeFile(join(directory, kind, 'packages'), 'dnsutils\n'))).to.deep.equal([
        kind,
      ]);
    expect(await changedKinds(() => writeFile(join(directory, 'os/customise.sh'), 'true'))).to.deep.equal([
      ...baseKinds,
    ]);
  });

  it('python changes all images whose OS tree has it compiled', async () => {
    const write = (file: string) => (): Promise<void> => writeFile(join(directory, file), 'x = 1');
    expect(await changedKinds(write('base/rootfs/new.py'))).to.deep.equal([...baseKinds]);
    expect(await changedKinds(write('dns/rootfs/new.py'))).to.deep.equal(['dns']);
    expect(await changedKinds(write('balancer/rootfs/new.py'))).to.deep.equal(['balancer']);
  });

  it('times and the group bits of a checkout do not count, the executable bit does', async () => {
    const file = join(directory, 'common/rootfs/entrypoint.sh');
    expect(await changedKinds(() => utimes(file, 1, 1))).to.deep.equal([]);
    expect(await changedKinds(() => chmod(file, 0o700))).to.deep.equal([]);
    expect(await changedKinds(() => chmod(file, 0o644))).to.deep.equal([...baseKinds]);
  });

  it('another architecture is another image', async () => {
    expect(await hashes('arm64')).not.to.deep.equal(await hashes('amd64'));
  });

  it('what editors and python leave behind is no part of an image', async () => {
    const leftover = join(directory, 'base/rootfs/usr/.dns.py.swp');
    expect(await changedKinds(() => writeFile(leftover, 'x'))).to.deep.equal([]);
  });

  it('a directory that is none is an error of the user that names it', async () => {
    const error = await baseImageSet('debian12', '/nowhere', 'amd64').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UserError).with.property('message').that.includes('/nowhere');
  });

  it('finds which image a name means', () => {
    expect(findBaseKind('dockerops/dockerops-base:latest', 'debian12')).to.equal('base');
    expect(findBaseKind('dockerops-dns-debian12', 'debian12')).to.equal('dns');
    expect(findBaseKind('dockerops/dockerops-balancer-debian12:latest', 'debian12')).to.equal('balancer');
    expect(findBaseKind('dockerops/dockerops-base-ubuntu14.04', 'debian12')).to.equal(undefined);
    expect(findBaseKind('dockerops/dockerops-full', 'debian12')).to.equal('full');
    expect(findBaseKind('dockerops-common', 'debian12')).to.equal(undefined);
  });

  it('a list of packages may hold comments', () => {
    expect(parsePackages('# shell\nsudo # needed\n\nsupervisor\n')).to.deep.equal(['sudo', 'supervisor']);
  });
});
