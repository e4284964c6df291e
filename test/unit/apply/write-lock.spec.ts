import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApplyContext } from '../../../src/lib/apply/context.ts';
import { parsePackages } from '../../../src/lib/apply/dpkg-status.ts';
import type { Step } from '../../../src/lib/apply/step.ts';
import { writeLock } from '../../../src/lib/apply/write-lock.ts';
import { NotFound, OperationFailed, StalePlan } from '../../../src/lib/errors.ts';
import type { ProgressSink } from '../../../src/lib/events.ts';
import { archiveNote } from '../../../src/lib/model/lock.ts';
import { label } from '../../../src/lib/labels.ts';
import type { OperationOf } from '../../../src/lib/plan/operation.ts';
import { FakeEngine } from '../../support/fake-engine.ts';

const status = `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2-2

Package: gone
Status: deinstall ok config-files
Version: 1

Package: apt
Status: install ok installed
Description: one
 Version: 9
Version: 2.6
`;

describe('writing a lock', () => {
  let directory: string;
  let file: string;
  let engine: FakeEngine;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dops-test-lock-'));
    file = join(directory, 'dockerops.lock');
    engine = new FakeEngine();
    engine.addImage('dockerops/base:latest', { [label.base]: 'debian12' });
    const web = engine.addImage('demo/web:latest', { [label.base]: 'debian12', [label.sourceHash]: 'v2:1' });
    engine.imageFiles.set(web, [
      { path: '/var/lib/dpkg/status', content: Buffer.from(status), mode: 0o644, uid: 0, gid: 0 },
    ]);
    engine.addImage('box:1');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const operation = (): OperationOf<'write-lock'> => ({
    id: 'write lock',
    kind: 'write-lock',
    subject: file,
    cause: 'requested',
    needs: [],
    owner: { kind: 'project', name: 'demo', path: '/demo', machine: 'm' },
    file,
    project: 'demo',
    conf: 'run.conf',
    images: {
      web: { reference: 'demo/web:latest', inputHash: 'v2:1', base: { os: 'debian12', reference: 'dockerops/base' } },
      box: { reference: 'box:1' },
    },
  });
  const write = (change: Partial<OperationOf<'write-lock'>> = {}, told: string[] = []): Promise<void> => {
    const progress: ProgressSink = (event) => {
      if (event.type === 'warning') told.push(event.text);
    };
    return writeLock({ ...operation(), ...change }, {
      context: { engine, progress } as unknown as ApplyContext,
    } as Step);
  };
  const errorOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('gives a sorted document with one member a line, readable by all, and the same again', async () => {
    await write();
    const text = readFileSync(file, 'utf8');
    const { images, ...document } = JSON.parse(text) as { images: Record<string, object> };
    expect(document).to.deep.equal({ archive: {}, conf: 'run.conf', lock: 1, project: 'demo' });
    expect(Object.keys(images)).to.deep.equal(['box', 'web']);
    expect(images['web']).to.deep.include({
      reference: 'demo/web:latest',
      platform: 'linux/amd64',
      inputHash: 'v2:1',
      packages: { apt: '2.6', bash: '5.2-2' },
    });
    expect(images['web']).to.have.nested.property('base.os', 'debian12');
    expect(images['box']).to.have.all.keys('reference', 'platform', 'content');
    expect(text).to.include('        "bash": "5.2-2"\n').and.to.match(/\}\n$/);
    expect(statSync(file).mode & 0o777).to.equal(0o644);
    engine.now += 1000;
    await write();
    expect(readFileSync(file, 'utf8')).to.equal(text);
    expect(readdirSync(directory)).to.deep.equal(['dockerops.lock']);
    expect([...engine.containers.values()]).to.deep.equal([]);
  });

  it('has the state of the archive that the base images tell, and a warning where they tell none', async () => {
    const told: string[] = [];
    const read = async (): Promise<unknown> => {
      await write({}, told);
      return (JSON.parse(readFileSync(file, 'utf8')) as { archive: unknown }).archive;
    };
    expect(await read()).to.deep.equal({});
    expect(told.join()).to.include('the base images of debian12 do not tell');
    const suites = [{ name: 'bookworm', date: 'Sat, 11 Jul 2026', sha256: '1' }];
    const base = await engine.findImage('dockerops/base');
    engine.histories.set(base?.id ?? '', ['COPY', `mmdebstrap bookworm: bash${archiveNote(suites)}`]);
    told.length = 0;
    expect([await read(), told]).to.deep.equal([{ debian12: { suites } }, []]);
    engine.histories.set(base?.id ?? '', ['x # dockerops.archive=[{"name":1}]', '# dockerops.archive=[']);
    expect(await read()).to.deep.equal({});
  });

  it('has the digest that a registry gave', async () => {
    const detail = await engine.findImage('box:1');
    if (detail === undefined) throw new Error('no image');
    const digests = ['other@sha256:1', 'box@sha256:2'];
    engine.findImage = async () => ({ ...detail, digests });
    await write({ images: { box: { reference: 'box:1' } } });
    expect(readFileSync(file, 'utf8')).to.include('"digest": "sha256:2"');
  });

  it('leaves the old lock when an image is gone, was built anew, or cannot be told', async () => {
    writeFileSync(file, 'old');
    const kinds = [
      [{ reference: 'gone:1' }, NotFound],
      [{ reference: 'demo/web', inputHash: 'v2:other' }, StalePlan],
    ] as const;
    for (const [web, kind] of kinds) expect(await errorOf(write({ images: { web } }))).to.be.instanceOf(kind);
    const detail = await engine.findImage('box:1');
    if (detail === undefined) throw new Error('no image');
    engine.findImage = async () => ({ ...detail, layers: [] });
    const error = await errorOf(write({ images: { box: { reference: 'box:1' } } }));
    expect(error).to.be.instanceOf(OperationFailed).and.to.have.property('code', 'NO_CONTENT');
    expect(readFileSync(file, 'utf8')).to.equal('old');
  });
});

describe("dpkg's list of packages", () => {
  it('names the architecture of a package only where there are several of it', () => {
    const stanza = (name: string, architecture: string): string =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: ${architecture}\nVersion: 1\n`;
    const text = [stanza('libc6', 'amd64'), stanza('libc6', 'i386'), stanza('sed', 'amd64')].join('\n');
    expect(parsePackages(text)).to.deep.equal({ 'libc6:amd64': '1', 'libc6:i386': '1', sed: '1' });
    expect(parsePackages('')).to.deep.equal({});
  });
});
