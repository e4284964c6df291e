import { expect } from 'chai';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeExclusively } from '../../../../src/lib/project/keys/write-exclusively.ts';
import { projectDirectory } from '../project-files.ts';

const refusing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

describe('writing a file once', () => {
  for (const [name, link] of [
    ['has', undefined],
    ['has not (vfat)', refusing('EPERM')],
    ['has not (a shared folder)', refusing('ENOTSUP')],
  ] as const) {
    it(`keeps what was written first, private, no leftovers, where the file system ${name} hard links`, async () => {
      const directory = projectDirectory({});
      const path = join(directory, 'key');
      await writeExclusively(path, 'first', link);
      await writeExclusively(path, 'second', link);
      expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, readdirSync(directory)]).to.deep.equal([
        'first',
        0o600,
        ['key'],
      ]);
    });
  }

  it('leaves no file after another error', async () => {
    const directory = projectDirectory({});
    const failure: unknown = await writeExclusively(join(directory, 'key'), 'text', refusing('EIO')).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property('code', 'EIO');
    expect(readdirSync(directory)).to.deep.equal([]);
  });
});
