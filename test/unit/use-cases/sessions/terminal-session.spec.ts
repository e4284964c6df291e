import { expect } from 'chai';
import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { EngineSessions, ExecSession } from '../../../../src/lib/engine/engine.ts';
import { Interrupted } from '../../../../src/lib/errors.ts';
import { runSession } from '../../../../src/lib/use-cases/sessions/terminal-session.ts';

type Sessions = Pick<EngineSessions, 'openExec' | 'exec'>;
type Exec = EngineSessions['exec'];
const nothing: Exec = async () => ({ exitCode: 0, stdout: '', stderr: '' });
const never = new AbortController().signal;

function sessions(session: ExecSession, exec: Exec = nothing): Sessions {
  return { openExec: async () => session, exec };
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
      await runSession(sessions(session), 'c', { command: ['x'] }, { stdin: Readable.from([]), stdout, stderr }, never),
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
        never,
      ),
    ).to.equal(141);
    expect(stdin.destroyed).to.equal(true);
  });

  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    it(`passes ${name} on to the command, delivers its last words and ends with ${String(code)}`, async () => {
      const abort = new AbortController();
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const [ownOut, ownErr] = [new PassThrough(), new PassThrough()];
      const stdin = new PassThrough();
      const session = { stdin, stdout, stderr, resize: async () => {}, exitCode: async () => 7 };
      let environment: readonly string[] = [];
      let signalled: readonly string[] = [];
      const engine: Sessions = {
        openExec: async (_id, request) => {
          environment = request.environment ?? [];
          return session;
        },
        exec: async (id, request, limitMs) => {
          signalled = request.command.slice(-3);
          stdout.end('bye');
          stderr.end();
          return nothing(id, request, limitMs);
        },
      };
      const streams = { stdin: new PassThrough(), stdout: ownOut, stderr: ownErr };
      const ended = runSession(engine, 'c', { command: ['sleep'] }, streams, abort.signal);
      setImmediate(() => abort.abort(new Interrupted(undefined, name)));
      expect(await ended).to.equal(code);
      expect(signalled).to.deep.equal([name.slice(3), environment[0], 'exec']);
      expect([stdin.destroyed, String(ownOut.read())]).to.deep.equal([true, 'bye']);
    });
});
