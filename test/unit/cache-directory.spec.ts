import { expect } from 'chai';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory, namedCacheDirectory } from '../../src/lib/cache-directory.ts';

describe('the cache directory', () => {
  for (const [named, found] of [
    [undefined, '/home/ann/.cache/dockerops'],
    ['', '/home/ann/.cache/dockerops'],
    ['cache', '/home/ann/.cache/dockerops'],
    ['/var/cache', '/var/cache/dockerops'],
  ] as const) {
    it(`is ${found} where XDG_CACHE_HOME is ${named === undefined ? 'not set' : JSON.stringify(named)}`, () => {
      const request = { environment: { XDG_CACHE_HOME: named }, homeDirectory: '/home/ann' };
      expect(namedCacheDirectory(request)).to.equal(found);
    });
  }

  it("is in this user's own home where others can write to the one that is named", async () => {
    const directory = await mkdtemp(join(tmpdir(), 'dops-test-cache-'));
    try {
      const request = { environment: { XDG_CACHE_HOME: directory }, homeDirectory: '/' };
      expect(cacheDirectory(request)).to.equal(join(directory, 'dockerops'));
      await chmod(directory, 0o777);
      expect(cacheDirectory(request)).to.equal(join(userInfo().homedir, '.cache', 'dockerops'));
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
