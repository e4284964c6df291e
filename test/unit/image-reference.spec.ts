import { expect } from 'chai';
import { isImageReference } from '../../src/lib/image-reference.ts';

const hex = '0123456789abcdef'.repeat(4);

describe('a reference of an image', () => {
  for (const text of [
    'redis',
    'redis:7',
    'sha256:' + hex,
    'lukebond/my-service:0.0.1',
    'a/b/c/d',
    'a.b_c__d-e---f/g',
    'a_b.org/x',
    'localhost/app',
    'localhost:5000/a/b_c--d:v1.2-X',
    'Registry.Example.ORG/team/app',
    'HOST:5000/app',
    '[2001:db8::1]:5000/app',
    `redis@sha256:${hex}`,
    `r.example.org:443/a:1@sha512:${hex}${hex}`,
    `redis:${'t'.repeat(128)}`,
    'a'.repeat(255),
  ])
    it(`may be ${text.slice(0, 60)}`, () => {
      expect(isImageReference(text)).to.equal(true);
    });

  for (const text of [
    '',
    'Redis',
    'demo/App',
    'Demo/app',
    'r.example.org/team/App:1',
    'a//b',
    '/a',
    'a/',
    'a b',
    'a..b',
    'a._b',
    'a___b',
    '-a',
    'a-',
    'a_/b',
    'a:',
    'a:b:c',
    'a:-1',
    `a:${'t'.repeat(129)}`,
    'a@',
    'a@sha256:0',
    `a@sha256:${hex.toUpperCase()}`,
    `a@sha256:${hex.slice(1)}`,
    `a@md5:${hex.slice(32)}`,
    'r.example.org:/a',
    'r-.example.org:5000/a',
    'http://r.example.org/a',
    'a\n',
    hex,
    'a'.repeat(256),
  ])
    it(`is not ${JSON.stringify(text.slice(0, 60))}`, () => {
      expect(isImageReference(text)).to.equal(false);
    });

  it('is told from what is none at once, however long that is', () => {
    for (const text of ['a'.repeat(1e6), `${'a-'.repeat(5e5)}!`, `${'a.'.repeat(250)}!`, `${'a/'.repeat(250)}!`])
      expect(isImageReference(text)).to.equal(false);
  });
});
