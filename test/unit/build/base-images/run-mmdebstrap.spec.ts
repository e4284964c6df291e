import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inOwnNamespace, openPart } from '../../../../src/lib/build/base-images/run-mmdebstrap.ts';

const execute = promisify(execFile);

describe('the place where an OS tree is made', () => {
  it('is open to apt as another user, and to nobody outside', async function () {
    if (process.getuid?.() !== 0 || process.platform !== 'linux') return this.skip();
    const directory = await mkdtemp(join(tmpdir(), 'dops-test-tree-'));
    const programs = await mkdtemp(join(tmpdir(), 'dops-test-bin-'));
    try {
      await mkdir(join(directory, openPart), { mode: 0o755 });
      const asOther = 'setpriv --reuid 25001 --regid 25001 --clear-groups sh -c';
      const look = `ls "${directory}" >/dev/null 2>&1 && echo open || echo closed`;
      // Stands for mmdebstrap: leaves a file in the tree, as which another user looks for it inside and outside.
      const program = [
        '#!/bin/sh',
        'touch "$TMPDIR/tree-of-$1"',
        `${asOther} '${look}'`,
        `nsenter -m -t "$2" ${asOther} '${look}'`,
      ].join('\n');
      await writeFile(join(programs, 'mmdebstrap'), program, { mode: 0o755 });
      const { stdout } = await execute(
        'unshare',
        ['--mount', '--propagation', 'private', 'sh', '-ec', inOwnNamespace, 'sh', directory, 'x', String(process.pid)],
        { env: { ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}` } },
      );
      expect(stdout).to.equal('open\nclosed\n');
      expect((await execute('ls', [join(directory, openPart)])).stdout).to.equal('tree-of-x\n');
    } finally {
      await rm(directory, { recursive: true });
      await rm(programs, { recursive: true });
    }
  });
});
