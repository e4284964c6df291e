import { expect } from 'chai';
import { judge } from '../../../src/lib/apply/data-directory.ts';

describe('what stands in a data folder', () => {
  it('is copied into when it is empty, whatever its mark says', () => {
    for (const mark of ['none', 'copying', 'complete'] as const) {
      expect(judge({ mark, content: 'empty', isOldTools: false }, true)).to.equal('begun');
      expect(judge({ mark, content: 'absent', isOldTools: false }, false)).to.equal('begun');
    }
  });

  it('is somebody\'s data when no mark says otherwise', () => {
    expect(judge({ mark: 'none', content: 'some', isOldTools: false }, true)).to.equal('kept');
    expect(judge({ mark: 'complete', content: 'some', isOldTools: false }, true)).to.equal('kept');
  });

  it('is half a copy when the mark says so, unless a container has run with it or the old tool had completed it', () => {
    expect(judge({ mark: 'copying', content: 'some', isOldTools: false }, true)).to.equal('unfinished');
    expect(judge({ mark: 'copying', content: 'some', isOldTools: false }, false)).to.equal('kept');
    expect(judge({ mark: 'copying', content: 'some', isOldTools: true }, true)).to.equal('kept');
  });
});
