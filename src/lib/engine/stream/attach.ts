import type { Duplex } from 'node:stream';
import type { Connection } from '../connection/connection.ts';
import { whileAlive } from '../connection/alive.ts';
import { call } from '../connection/http.ts';
import { segment } from '../connection/request.ts';
import { waitContainer } from '../containers.ts';
import { loadDockerode } from '../dockerode.ts';
import type { ExecSession } from '../engine.ts';
import { wrapFailure } from '../engine-errors.ts';
import { nameFor } from '../container-names.ts';
import { readOutput } from './container-output.ts';

/** The streams of a container's main process. Attach before the container starts: earlier output is not delivered. */
export async function attach(connection: Connection, id: string, tty: boolean): Promise<ExecSession> {
  const socket = await openSocket(connection, id);
  const { stdout, stderr, ended } = readOutput(socket, tty);
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

async function openSocket(connection: Connection, id: string): Promise<Duplex> {
  const container = (await loadDockerode(connection)).getContainer(id);
  try {
    const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
    return (await whileAlive(connection, container.attach(options))) as unknown as Duplex;
  } catch (cause) {
    throw wrapFailure(`attach to ${nameFor(id)}`, cause, { address: connection.address });
  }
}
