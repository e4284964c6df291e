import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../../src/lib/errors.ts';
import { type Lock, lockText } from '../../../../src/lib/model/lock.ts';
import { hasLock, loadLock, lockPath } from '../../../../src/lib/project/conf/lock-file.ts';

const content = `sha256:${'0'.repeat(64)}`;
const web = { reference: 'demo/web:latest', platform: 'linux/amd64', inputHash: '1', content, packages: { sed: '1' } };
const lock: Lock = { project: 'demo', conf: 'run.conf', archive: {}, images: { web } };

describe('the lock of a project', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dops-test-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const read = (text: string, services = ['web'], conf = 'run.conf'): Lock => {
    writeFileSync(lockPath({ directory }), text);
    return loadLock({ directory, services: new Set(services), conf });
  };
  const problemsIn = (text: string, ...more: [string[]?, string?]): readonly string[] => {
    try {
      read(text, ...more);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect(error.exitCode).to.equal(2);
      return error.problems.map(({ where = '', message }) => `${where} ${message}`);
    }
    return [];
  };

  it('is read as it was written', () => {
    expect(hasLock({ directory })).to.equal(false);
    const { lock: version, ...read1 } = read(lockText(lock)) as Lock & { lock: number };
    expect(version).to.equal(1);
    expect(JSON.parse(JSON.stringify(read1))).to.deep.equal(lock);
    expect(hasLock({ directory })).to.equal(true);
  });

  it('is refused with the line where it is no JSON, or of another version', () => {
    expect(problemsIn('{\n  "lock": 1,\n<<<<<<< HEAD\n')[0]).to.match(/^dockerops\.lock:3:1 /);
    expect(problemsIn('[]')).to.deep.equal(['dockerops.lock:1:1 is not a JSON object']);
    expect(problemsIn('')).to.deep.equal(['dockerops.lock:1:1 is not a JSON object']);
    expect(problemsIn('{\n"lock": 2}')).to.deep.equal(['dockerops.lock:2:1 "lock" is 2; this version reads 1']);
    expect(problemsIn('{}')).to.deep.equal(['dockerops.lock:1:1 "lock" is missing; this version reads 1']);
    expect(problemsIn('{"lock": 1}')).to.deep.equal(['dockerops.lock:1:1 "images" must be an object']);
  });

  it('is refused with the line of an entry for a service that is gone', () => {
    expect(problemsIn(lockText(lock), ['api'])).to.deep.equal([
      'dockerops.lock:5:5 service "web" is not in this project',
    ]);
  });

  it('may have images of registries that another conf names', () => {
    const { inputHash: _, ...box } = web;
    const text = lockText({ ...lock, images: { web, box } });
    expect(problemsIn(text, ['web'], 'other.conf')).to.deep.equal([]);
    expect(problemsIn(text, ['web'], 'run.conf')).to.have.length(1);
  });

  it('is refused with the line of a member that has no such value', () => {
    const text = (image: object): string => JSON.stringify({ lock: 1, images: { web: image } }, null, 1);
    expect(problemsIn(text({ ...web, content: 'sha256:1' }))).to.deep.equal([
      'dockerops.lock:8:4 "content" of web has no such value',
    ]);
    expect(problemsIn(text({ content, platform: 'linux/amd64' }))).to.deep.equal([
      'dockerops.lock:4:10 web has no "reference"',
    ]);
    expect(problemsIn(JSON.stringify({ lock: 1, images: { web: 1 } }))).to.deep.equal([
      'dockerops.lock:1:21 must be an object',
    ]);
  });
});
