import type { ReadStream, WriteStream } from 'node:tty';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineSessions, ExecRequest, ExecSession } from '../../engine/engine.ts';
import { ignoreErrors, untilInterrupted } from '../../interrupt.ts';
import { exitCodeFor, interruptingSignal, markVariable, newMark, signalInside } from './signal-inside.ts';

export interface Streams {
  readonly stdin: Readable & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;
  readonly stdout: Writable & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;
  readonly stderr: Writable;
}

/** Exit code of a program whose output nobody reads: 128 and SIGPIPE. */
const nobodyReads = 141;
/** How long the command may take to end, and its output to arrive, after it was told of an interruption. */
const graceMs = 2000;

export interface SessionRequest extends Omit<ExecRequest, 'tty'> {
  /** For a session whose processes another process signals; else one is made. */
  readonly mark?: string | undefined;
}

/**
 * Runs a command in a container on these streams and resolves with its exit code. The command gets a terminal if input
 * and output are one. All output is delivered first; if nobody reads it any more, the session ends. An interruption is
 * passed on to the command, and ends the session whatever the command does: the exit code is that of the signal.
 */
export async function runSession(
  engine: Pick<EngineSessions, 'openExec' | 'exec'>,
  container: string,
  { mark: given, environment = [], ...request }: SessionRequest,
  streams: Streams,
  signal: AbortSignal,
): Promise<number> {
  const tty = isTerminal(streams);
  const mark = given ?? newMark();
  const own = [`${markVariable}=${mark}`, ...(tty ? [`TERM=${process.env['TERM'] ?? 'xterm'}`] : [])];
  const session = await engine.openExec(container, { ...request, tty, environment: [...environment, ...own] });
  const exitCode = relay(session, tty, streams);
  try {
    return await untilInterrupted(exitCode, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const name = interruptingSignal(signal);
    if (given === undefined)
      await Promise.race([
        signalInside(engine, container, mark, name, 'exec').then(() => exitCode.catch(() => {})),
        delay(graceMs, undefined, { ref: false }),
      ]);
    session.stdin.destroy();
    return exitCodeFor(name);
  }
}

export function isTerminal({ stdin, stdout }: Streams): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

/** Connects a session with these streams and resolves with its exit code, or with `nobodyReads`. */
export async function relay(session: ExecSession, tty: boolean, streams: Streams): Promise<number> {
  const resize = (): void => {
    const { columns, rows } = streams.stdout;
    if (columns !== undefined && rows !== undefined) session.resize(columns, rows).catch(() => {});
  };
  if (tty) {
    streams.stdin.setRawMode?.(true);
    streams.stdout.on('resize', resize);
    resize();
  }
  const { promise: unread, resolve } = Promise.withResolvers<number>();
  const leave = (): void => {
    resolve(nobodyReads);
    session.stdin.destroy();
  };
  streams.stdout.on('error', leave);
  streams.stderr.on('error', leave);
  // The command may exit before it has read all of its input.
  session.stdin.on('error', () => {});
  ignoreErrors(streams.stdin);
  streams.stdin.pipe(session.stdin);
  session.stdout.pipe(streams.stdout, { end: false });
  session.stderr.pipe(streams.stderr, { end: false });
  try {
    return await Promise.race([unread, outcome(session)]);
  } finally {
    streams.stdout.off('error', leave);
    streams.stderr.off('error', leave);
    streams.stdin.unpipe(session.stdin);
    streams.stdin.pause();
    streams.stdout.off('resize', resize);
    if (tty) streams.stdin.setRawMode?.(false);
  }
}

async function outcome(session: ExecSession): Promise<number> {
  await Promise.all([finished(session.stdout), finished(session.stderr)]);
  return session.exitCode();
}
