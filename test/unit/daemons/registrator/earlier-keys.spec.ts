import { expect } from 'chai';
import { EarlierKeys } from '../../../../src/lib/daemons/registrator/earlier-keys.ts';

describe('keys of an earlier process', () => {
  const claims = ['/a', '/b'].map((key) => ({ key, value: `value of ${key}`, registrator: 'one', modified: '1' }));
  const desired = [{ key: '/a', value: 'new', sources: [] }];
  const minutes = 60_000;
  const stays = [{ key: '/b', value: 'value of /b', sources: [] }];

  it('stay until all policies have answered, however late keys can be written', () => {
    const earlier = new EarlierKeys();
    const late = 60 * minutes;
    expect(earlier.among(claims, desired, late, false)).to.deep.equal(stays);
    expect(earlier.among(claims, desired, late + minutes, false)).to.deep.equal(stays);
    expect(earlier.among(claims, desired, late + minutes, true)).to.deep.equal([]);
  });

  it('go once all have answered, also when some have to be asked again', () => {
    const earlier = new EarlierKeys();
    expect(earlier.among(claims, desired, 0, true)).to.deep.equal([]);
    expect(earlier.among(claims, desired, 1, false)).to.deep.equal([]);
  });

  it('go after five minutes when a policy never answers', () => {
    const earlier = new EarlierKeys();
    expect(earlier.among(claims, desired, 0, false)).to.deep.equal(stays);
    expect(earlier.among(claims, desired, 5 * minutes, false)).to.deep.equal([]);
  });
});
