import { expect } from 'chai';
import { commonPrefix, KeyMirrors } from '../../../../src/lib/daemons/registrator/key-mirrors.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { MemoryKeySpace } from '../../../support/memory-key-space.ts';

describe('the mirrors of keys', () => {
  it('cover keys by the narrowest prefix of those that share their first part', async () => {
    expect(commonPrefix(['/a/b/c'])).to.equal('/a/b/c');
    expect(commonPrefix(['/a/b/c', '/a/b/d'])).to.equal('/a/b/');
    expect(commonPrefix(['/a/bc', '/a/bd'])).to.equal('/a/');
    expect(commonPrefix(['/a', '/a/b'])).to.equal('/a');
    expect(commonPrefix(['/a/b/', '/a/b/c'])).to.equal('/a/b/');
    expect(commonPrefix(['/a/x', '/a'])).to.equal('/a');
  });

  it('read, follow and note what is written, also when the prefix becomes wider', async () => {
    const keys = new MemoryKeySpace();
    const over = new AbortController();
    const options = { clock: new FakeClock(), onChange: () => {}, onBreak: () => {} };
    const mirrors = new KeyMirrors(keys, options, over.signal);
    await keys.transact({ compare: [], success: [{ put: '/a/b/one', value: '1' }] });
    await mirrors.cover(['/a/b/one']);
    expect(mirrors.get('/a/b/one')?.value).to.equal('1');
    await mirrors.cover(['/a/b/one', '/a/c/two']);
    expect(mirrors.get('/a/b/one')?.value).to.equal('1');
    const { version } = mirrors;
    await mirrors.transact({ compare: [], success: [{ put: '/a/c/two', value: '2' }] });
    expect(mirrors.get('/a/c/two')?.value).to.equal('2');
    expect(mirrors.version).to.be.above(version);
    over.abort();
  });
});
