import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { withGoneDirectories } from '../../../../src/lib/use-cases/facts/gone-directories.ts';
import { ownerLabels } from '../../../../src/lib/plan/ownership.ts';
import { facts } from '../../../support/specs.ts';

describe('directories that volumes name', () => {
  it('are gone when they are of this machine and not there', () => {
    const here = mkdtempSync(join(tmpdir(), 'dockerops-gone-'));
    try {
      const volume = (path: string, machine = 'm1') => ({
        name: path,
        labels: ownerLabels({ kind: 'project', name: 'demo', path, machine }),
      });
      const volumes = [
        volume(here),
        volume(join(here, 'b')),
        volume(join(here, 'a')),
        volume(join(here, 'a')),
        volume(join(here, 'theirs'), 'm2'),
        { name: 'mine', labels: {} },
      ];
      expect(withGoneDirectories(facts, volumes).goneDirectories).to.deep.equal([join(here, 'a'), join(here, 'b')]);
      expect(withGoneDirectories(facts, [volume(here)])).to.equal(facts);
    } finally {
      rmdirSync(here);
    }
  });
});
