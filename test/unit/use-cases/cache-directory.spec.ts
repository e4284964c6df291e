import { expect } from 'chai';
import { cacheDirectory } from '../../../src/lib/use-cases/cache-directory.ts';

describe('the cache directory', () => {
  for (const [named, found] of [
    [undefined, '/home/ann/.cache/dockerops'],
    ['', '/home/ann/.cache/dockerops'],
    ['cache', '/home/ann/.cache/dockerops'],
    ['/var/cache', '/var/cache/dockerops'],
  ] as const) {
    it(`is ${found} where XDG_CACHE_HOME is ${named === undefined ? 'not set' : JSON.stringify(named)}`, () => {
      expect(cacheDirectory({ environment: { XDG_CACHE_HOME: named }, homeDirectory: '/home/ann' })).to.equal(found);
    });
  }
});
