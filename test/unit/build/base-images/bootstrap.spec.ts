import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { bootstrap, type ContainerRun, type Machine } from '../../../../src/lib/build/base-images/bootstrap.ts';
import { bootstrapSteps, type OsTree, treeKey } from '../../../../src/lib/build/base-images/bootstrap-steps.ts';
import { UserError } from '../../../../src/lib/errors.ts';

const tree: OsTree = {
  os: 'debian12',
  arch: 'arm64',
  packages: ['sudo'],
  customise: 'true',
  python: [],
  mirrors: ['deb http://mirror.test/debian bookworm main'],
};
const machine: Machine = { platform: 'linux', isRoot: true, arch: 'arm64', hasMmdebstrap: true };
const options = { progress: () => {}, signal: new AbortController().signal };

describe('bootstrap', () => {
  it('asks mmdebstrap for the release, the packages and the given mirror', () => {
    const steps = bootstrapSteps(tree);
    expect(steps).to.include.members(['--architectures=arm64', '--include=usr-is-merged,sudo']);
    expect(steps.slice(-3)).to.deep.equal(['bookworm', '-', 'deb http://mirror.test/debian bookworm main']);
  });

  it('is of another tree when a source that it compiles is another', () => {
    const python = [{ path: 'usr/lib/a.py', mode: 0o644, content: Buffer.from('a = 1') }];
    const keys = [
      tree,
      { ...tree, python },
      { ...tree, python: [{ ...python[0], content: Buffer.from('a = 2') }] },
    ].map((each) => treeKey(each as OsTree));
    expect(new Set(keys)).to.have.property('size', 3);
    expect(treeKey({ ...tree, python: [...python] })).to.equal(keys[1]);
  });

  const obstacles: readonly (readonly [Partial<Machine>, string])[] = [
    [{ platform: 'darwin' }, 'does not run Linux'],
    [{ isRoot: false }, 'it takes root'],
    [{ arch: 'amd64' }, 'this machine is amd64'],
    [{ hasMmdebstrap: false }, 'mmdebstrap is not installed'],
  ];
  for (const [part, reason] of obstacles) {
    it(`says what to install when nothing can make it: ${reason}`, async () => {
      const error = await bootstrap(tree, { ...options, machine: { ...machine, ...part } }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(UserError).with.property('message').that.includes(reason);
      expect((error as UserError).suggestions).to.include('apt-get install mmdebstrap');
    });
  }

  it('runs the same steps in a container of the distribution where this machine cannot', async () => {
    const runs: ContainerRun[] = [];
    const progress: string[] = [];
    const runInContainer = async (run: ContainerRun): Promise<Readable> => {
      runs.push(run);
      run.onLine('I: running apt-get update...');
      return Readable.from(['tar']);
    };
    const tar = await bootstrap(tree, {
      ...options,
      progress: (line) => progress.push(line),
      machine: { ...machine, isRoot: false },
      runInContainer,
    });
    expect(await text(tar)).to.equal('tar');
    expect(runs[0]).to.include({ image: 'debian:12', platform: 'linux/arm64' });
    expect(runs[0]?.command.slice(5)).to.deep.equal(bootstrapSteps(tree));
    expect(runs[0]?.env).to.include.keys('SOURCE_DATE_EPOCH', 'PYTHON_SOURCES');
    expect(progress).to.deep.equal(['running apt-get update']);
  });
});
