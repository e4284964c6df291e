import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, Interrupted } from '../../errors.ts';
import { short, waitContainer } from '../containers.ts';
import { loadDockerode } from '../dockerode.ts';
import { hasCode, wrapFailure } from '../engine-errors.ts';
import { Demultiplexer, textOf } from './engine-streams.ts';
import type { ExecRequest, ExecResult, ExecSession } from '../engine.ts';
import { call, callJson, segment, type Connection } from '../connection/http.ts';

/**
 * Runs a command to its end. When the limit is over, or the signal aborts, the caller is told, and the command goes on inside: the
 * engine has no way to end an exec.
 */
export async function exec(
  connection: Connection,
  id: string,
  request: ExecRequest,
  limitMs: number,
  signal?: AbortSignal,
): Promise<ExecResult> {
  const step = stepOf(id, request);
  const starting = start(connection, id, request, false);
  const { promise: timeOut, reject } = Promise.withResolvers<never>();
  const giveUp = (error: Error): void => {
    reject(error);
    starting.then(
      ({ socket }) => socket.destroy(),
      () => {},
    );
  };
  const timer = setTimeout(() => {
    giveUp(new EngineError(`${step}: not done within ${String(limitMs / 1000)} s`, { code: 'EXEC_TIMEOUT' }));
  }, limitMs);
  const interrupt = (): void => {
    giveUp(new Interrupted());
  };
  signal?.addEventListener('abort', interrupt);
  if (signal?.aborted === true) interrupt();
  try {
    const run = await Promise.race([timeOut, starting]);
    const [stdout, stderr] = await Promise.race([
      timeOut,
      Promise.all([textOf(run.stdout, request.maxOutput), textOf(run.stderr, request.maxOutput)]),
    ]);
    return { exitCode: await Promise.race([timeOut, run.exitCode()]), stdout, stderr };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
  }
}

/**
 * A command with its streams open. Ending `stdin` is seen as end of file inside, while the output goes on. Both outputs have
 * to be read (or resumed): they share one connection.
 */
export async function openExec(connection: Connection, id: string, request: ExecRequest): Promise<ExecSession> {
  const run = await start(connection, id, request, true);
  return {
    stdin: run.socket,
    stdout: run.stdout,
    stderr: run.stderr,
    exitCode: run.exitCode,
    resize: async (columns, rows) => {
      await call(connection, {
        step: 'resize terminal',
        method: 'POST',
        path: `/exec/${run.execId}/resize`,
        query: { w: columns, h: rows },
      });
    },
  };
}

/** To be called before the container starts; what it wrote before is not delivered. */
export async function attach(connection: Connection, id: string, tty: boolean): Promise<ExecSession> {
  const container = (await loadDockerode(connection)).getContainer(id);
  const stream = await container
    .attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true })
    .catch((cause: unknown) => {
      throw wrapFailure(`attach to ${short(id)}`, cause);
    });
  const socket = stream as unknown as Duplex;
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const ended = deliver(socket, tty, stdout, stderr);
  return {
    stdin: socket,
    stdout,
    stderr,
    exitCode: async () => {
      await ended;
      return (await waitContainer(connection, id)).exitCode;
    },
    resize: async (columns, rows) => {
      await call(connection, {
        step: 'resize terminal',
        method: 'POST',
        path: `/containers/${segment(id)}/resize`,
        query: { w: columns, h: rows },
      });
    },
  };
}

interface Run {
  readonly execId: string;
  readonly socket: Duplex;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exitCode: () => Promise<number>;
}

async function start(connection: Connection, id: string, request: ExecRequest, stdin: boolean): Promise<Run> {
  const step = stepOf(id, request);
  const tty = request.tty === true;
  const { Id: execId } = await callJson<{ readonly Id: string }>(connection, {
    step,
    method: 'POST',
    path: `/containers/${segment(id)}/exec`,
    body: {
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: true,
      Tty: tty,
      Cmd: request.command,
      Env: request.environment ?? [],
      User: request.user ?? '',
      WorkingDir: request.workingDirectory ?? '',
    },
  });
  const socket = await hijack(connection, execId, tty, step);
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const ended = deliver(socket, tty, stdout, stderr);
  return {
    execId,
    socket,
    stdout,
    stderr,
    exitCode: async () => {
      await ended;
      return exitCodeOf(connection, execId, step);
    },
  };
}

async function hijack(connection: Connection, execId: string, tty: boolean, step: string): Promise<Duplex> {
  const dockerode = await loadDockerode(connection);
  try {
    return await dockerode.getExec(execId).start({ hijack: true, Detach: false, Tty: tty });
  } catch (cause) {
    throw wrapFailure(step, cause);
  }
}

/** Resolves when everything that came was handed on and both outputs are ended. */
function deliver(socket: Duplex, tty: boolean, stdout: PassThrough, stderr: PassThrough): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const sink = tty ? stdout : new Demultiplexer({ stdout, stderr });
  const finish = (error?: Error): void => {
    // A command that ends before it read all its input closes the connection on us; its output came before.
    const failure = error === undefined || hasCode(error, ['EPIPE', 'ECONNRESET']) ? undefined : error;
    for (const output of [stdout, stderr]) {
      if (failure === undefined) output.end();
      else output.destroy(failure);
    }
    resolve(undefined);
  };
  const finishSink = (): void => {
    if (tty) finish();
    else
      sink.end(() => {
        finish();
      });
  };
  socket.pipe(sink, { end: false });
  socket.on('end', finishSink);
  socket.on('error', (error) => {
    finish(error);
  });
  socket.on('close', finishSink);
  return promise;
}

async function exitCodeOf(connection: Connection, execId: string, step: string): Promise<number> {
  // The streams end a moment before the engine has noted the exit code.
  for (let waitMs = 1; waitMs < 5000; waitMs *= 2) {
    const { Running, ExitCode } = await callJson<{ readonly Running: boolean; readonly ExitCode: number | null }>(
      connection,
      { step, method: 'GET', path: `/exec/${execId}/json` },
    );
    if (!Running && ExitCode !== null) return ExitCode;
    await delay(waitMs);
  }
  throw new EngineError(`${step}: its output ended, but not the command`, { code: 'EXEC_STILL_RUNNING' });
}

function stepOf(id: string, { command }: ExecRequest): string {
  return `run "${command.join(' ')}" in ${short(id)}`;
}
