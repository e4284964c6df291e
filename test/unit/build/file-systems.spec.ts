import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { tellsChanges } from '../../../src/lib/build/file-systems.ts';

describe('file systems', () => {
  it('of this machine tell when a file has changed, one that is not there does not', () => {
    expect(tellsChanges(tmpdir())).to.equal(true);
    if (process.platform === 'linux') expect(tellsChanges('/nowhere/at/all')).to.equal(false);
    expect(existsSync('/nowhere/at/all')).to.equal(false);
  });
});
