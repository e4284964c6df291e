import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../../errors.ts';
import type { Connection } from '../connection/connection.ts';
import { whileAlive } from '../connection/alive.ts';
import { call, callJson } from '../connection/http.ts';
import { segment } from '../connection/request.ts';
import { loadDockerode } from '../dockerode.ts';
import type { ExecRequest, ExecSession } from '../engine.ts';
import { wrapFailure } from '../engine-errors.ts';
import { flag, number, object, optional, text } from '../shape.ts';
import { nameFor } from '../container-names.ts';
import { readOutput } from './container-output.ts';

/** A command with its streams open. Ending `stdin` is end of file for the command; its output still comes. */
export async function openExec(connection: Connection, id: string, request: ExecRequest): Promise<ExecSession> {
  return startExec(connection, id, request, true);
}

/** Without `stdin` the command reads end of file at once. */
export async function startExec(
  connection: Connection,
  id: string,
  request: ExecRequest,
  stdin: boolean,
): Promise<ExecSession> {
  const step = execStep(id, request);
  const tty = request.tty === true;
  const { Id: execId } = await callJson(connection, object({ Id: text }), {
    step,
    method: 'POST',
    path: `/containers/${segment(id)}/exec`,
    body: execBody(request, stdin),
  });
  const socket = await hijack(connection, execId, tty, step);
  const { stdout, stderr, ended } = readOutput(socket, tty);
  return {
    stdin: socket,
    stdout,
    stderr,
    exitCode: async () => {
      await ended;
      return exitCodeOf(connection, execId, step);
    },
    resize: async (columns, rows) => {
      const path = `/exec/${execId}/resize`;
      await call(connection, { step: 'resize terminal', method: 'POST', path, query: { w: columns, h: rows } });
    },
  };
}

/** For messages: `run "ls -l" in 0123456789ab`. */
export function execStep(id: string, { command }: ExecRequest): string {
  return `run "${command.join(' ')}" in ${nameFor(id)}`;
}

function execBody({ tty, command, environment, user, workingDirectory }: ExecRequest, stdin: boolean): object {
  return {
    AttachStdin: stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: tty === true,
    Cmd: command,
    Env: environment ?? [],
    User: user ?? '',
    WorkingDir: workingDirectory ?? '',
  };
}

async function hijack(connection: Connection, execId: string, tty: boolean, step: string): Promise<Duplex> {
  const dockerode = await loadDockerode(connection);
  try {
    const options = { hijack: true, Detach: false, Tty: tty };
    return await whileAlive(connection, dockerode.getExec(execId).start(options));
  } catch (cause) {
    throw wrapFailure(step, cause, { address: connection.address });
  }
}

const execState = object({ Running: flag, ExitCode: optional(number) });

async function exitCodeOf(connection: Connection, execId: string, step: string): Promise<number> {
  // The streams end a moment before the engine has noted the exit code.
  for (let waitMs = 1; waitMs < 5000; waitMs *= 2) {
    const { Running, ExitCode } = await callJson(connection, execState, {
      step,
      method: 'GET',
      path: `/exec/${execId}/json`,
    });
    if (!Running && ExitCode !== undefined) return ExitCode;
    await delay(waitMs);
  }
  throw new EngineError(`${step}: its output ended, but the command still runs`, { code: 'EXEC_STILL_RUNNING' });
}
