import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keptToken } from '../../../../src/lib/server/balancer/kept-token.ts';

describe('the token of the relay', () => {
  it('is made once, in a file that only its user can read', () => {
    const directory = mkdtempSync(join(tmpdir(), 'dops-test-token-'));
    try {
      const file = join(directory, 'data', 'relay-token');
      const token = keptToken(file);
      expect(token).to.match(/^[A-Za-z0-9_-]{43}$/);
      expect([keptToken(file), statSync(file).mode & 0o777]).to.deep.equal([token, 0o600]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
