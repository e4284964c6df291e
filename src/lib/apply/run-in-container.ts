import { randomBytes } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RunInContainer } from '../build/base-images/bootstrap.ts';
import type { ContainerConfig } from '../engine/container-config.ts';
import type { Engine, ExecSession } from '../engine/engine.ts';
import { Conflict, NotFound, OperationFailed } from '../errors.ts';
import { label } from '../labels.ts';
import { LineSplitter } from '../line-splitter.ts';

/** Long enough for a slow mirror. A container that a killed command has left ends and is removed by itself after it. */
const limitSeconds = 3600;

/**
 * Runs a command in a container of a public image. The stream is its standard output; the container is always removed.
 */
export function runInContainerOn(engine: Engine): RunInContainer {
  return async ({ image, platform, command, env, onLine, signal }) => {
    if ((await engine.findImage(image)) === undefined) await engine.pullImage(image, { platform, onLine, signal });
    const name = `dockerops-bootstrap-${randomBytes(4).toString('hex')}`;
    const { id } = await engine.createContainer(name, configOf(image));
    const remove = (): Promise<void> => removeContainer(engine, id, onLine);
    try {
      await engine.startContainer(id);
      const environment = Object.entries(env).map(([variable, value]) => `${variable}=${value}`);
      const session = await engine.openExec(id, { command, environment });
      session.stdin.end();
      return outputOf(session, onLine, signal, remove);
    } catch (error) {
      await remove();
      throw error;
    }
  };
}

function configOf(image: string): ContainerConfig {
  return {
    image,
    command: ['sleep', String(limitSeconds)],
    environment: [],
    labels: { [label.kind]: 'bootstrap' },
    network: { mode: 'bridge' },
    ports: [],
    mounts: [],
    runtime: { restart: 'no', init: true },
    removedAtEnd: true,
  };
}

async function removeContainer(engine: Engine, id: string, onLine: (line: string) => void): Promise<void> {
  await engine.removeContainer(id, { force: true }).catch((error: unknown) => {
    if (error instanceof NotFound || error instanceof Conflict) return;
    onLine(`container ${id.slice(0, 12)} could not be removed: ${String(error)}`);
  });
}

/** Ends, or fails, after the container was removed: this command may exit when it has read the stream. */
function outputOf(
  session: ExecSession,
  onLine: (line: string) => void,
  signal: AbortSignal,
  remove: () => Promise<void>,
): Readable {
  const output = new PassThrough();
  const lastLines = readErrors(session, onLine);
  const copy = async (): Promise<void> => {
    await pipeline(session.stdout, output, { end: false, signal });
    const exitCode = await session.exitCode();
    if (exitCode !== 0) throw bootstrapFailed(exitCode, lastLines);
  };
  copy().then(
    () => remove().then(() => void output.end()),
    (error: unknown) => remove().then(() => void output.destroy(error as Error)),
  );
  return output;
}

const keptLines = 20;

/** Hands on each line of standard error, and returns the last ones, which change as more come. */
function readErrors(session: ExecSession, onLine: (line: string) => void): readonly string[] {
  const last: string[] = [];
  const output = new LineSplitter();
  session.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of output.push(text)) {
      onLine(line);
      last.push(line);
      if (last.length > keptLines) last.shift();
    }
  });
  return last;
}

function bootstrapFailed(exitCode: number, logs: readonly string[]): OperationFailed {
  return new OperationFailed(`making the OS tree in a container ended with status ${String(exitCode)}`, {
    code: 'BOOTSTRAP_FAILED',
    logs,
  });
}
