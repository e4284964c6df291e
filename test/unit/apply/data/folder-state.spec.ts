import { expect } from 'chai';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { firstCopyOf } from '../../../../src/lib/apply/data/complete-data.ts';
import { markIn } from '../../../../src/lib/apply/data/folder-mark.ts';
import { readFolderState } from '../../../../src/lib/apply/data/folder-state.ts';
import type { Engine } from '../../../../src/lib/engine/engine.ts';
import { OperationFailed } from '../../../../src/lib/errors.ts';

describe('what stands in a data folder', () => {
  it('is copied into when it is empty, whatever its mark says', () => {
    for (const mark of ['none', 'copying', 'complete'] as const) {
      expect(firstCopyOf({ mark, content: 'empty', isOldTools: false }, true)).to.equal('begun');
      expect(firstCopyOf({ mark, content: 'absent', isOldTools: false }, false)).to.equal('begun');
    }
  });

  it("is somebody's data when no mark says otherwise", () => {
    expect(firstCopyOf({ mark: 'none', content: 'some', isOldTools: false }, true)).to.equal('kept');
    expect(firstCopyOf({ mark: 'complete', content: 'some', isOldTools: false }, true)).to.equal('kept');
  });

  it('is half a copy when marked so, unless a container has used it or the earlier tool had completed it', () => {
    expect(firstCopyOf({ mark: 'copying', content: 'some', isOldTools: false }, true)).to.equal('unfinished');
    expect(firstCopyOf({ mark: 'copying', content: 'some', isOldTools: false }, false)).to.equal('kept');
    expect(firstCopyOf({ mark: 'copying', content: 'some', isOldTools: true }, true)).to.equal('kept');
  });
});

describe('the mark of a data folder', () => {
  it('is read from the first file, whatever headers the engine puts in front', async () => {
    for (const pax of [undefined, { 'SCHILY.xattr.user.note': 'x'.repeat(700) }]) {
      const tar = pack();
      tar.entry(
        { name: '.data.dockerops', ...(pax === undefined ? {} : { pax }) },
        'copying: it is not complete yet\n',
      );
      tar.finalize();
      expect(await markIn(Readable.from(tar, { objectMode: false }))).to.equal('copying');
    }
  });
});

describe('a data folder that is a link', () => {
  it('is refused with what to do instead', async () => {
    const readArchive = async (): Promise<Readable> => {
      const tar = pack();
      tar.entry({ name: 'log', type: 'symlink', linkname: '/mnt/big' });
      tar.finalize();
      return Readable.from(tar, { objectMode: false });
    };
    const error = await readFolderState({ readArchive } as unknown as Engine, 'helper', 'log').catch(
      (caught: unknown) => caught,
    );
    expect(error).to.be.instanceOf(OperationFailed);
    expect((error as OperationFailed).message).to.contain('log is a symbolic link to /mnt/big');
    expect((error as OperationFailed).suggestions.join()).to.contain('"volumes": ["/mnt/big:');
  });
});
