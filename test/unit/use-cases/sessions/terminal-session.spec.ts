import { expect } from 'chai';
import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { EngineSessions, ExecSession } from '../../../../src/lib/engine/engine.ts';
import { runSession } from '../../../../src/lib/use-cases/sessions/terminal-session.ts';

function sessions(session: ExecSession): Pick<EngineSessions, 'openExec'> {
  return { openExec: async () => session };
}

describe('a session inside a container', () => {
  it('hands on both outputs whole, then the exit code', async () => {
    const session = {
      stdin: new PassThrough(),
      stdout: Readable.from(['out']),
      stderr: Readable.from(['err']),
      resize: async () => {},
      exitCode: async () => 5,
    };
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    expect(
      await runSession(sessions(session), 'c', { command: ['x'] }, { stdin: Readable.from([]), stdout, stderr }),
    ).to.equal(5);
    stdout.end();
    stderr.end();
    expect([await text(stdout), await text(stderr)]).to.deep.equal(['out', 'err']);
  });

  it('ends when nobody reads its output any more, as in a pipe to head', async () => {
    const endless = new Readable({
      read() {
        this.push('y\n'.repeat(1000));
      },
    });
    const stdin = new PassThrough();
    const session = {
      stdin,
      stdout: endless,
      stderr: Readable.from([]),
      resize: async () => {},
      exitCode: () => new Promise<number>(() => {}),
    };
    const gone = new Writable({
      write: (_chunk, _encoding, done) => {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    expect(
      await runSession(
        sessions(session),
        'c',
        { command: ['yes'] },
        { stdin: new PassThrough(), stdout: gone, stderr: new PassThrough() },
      ),
    ).to.equal(141);
    expect(stdin.destroyed).to.equal(true);
  });
});
