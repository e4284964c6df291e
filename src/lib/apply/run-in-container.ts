import { randomBytes } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Conflict, NotFound, OperationFailed } from '../errors.ts';
import { label } from '../labels.ts';
import type { RunInContainer } from '../build/base-images/bootstrap.ts';
import type { Engine, ExecSession } from '../engine/engine.ts';

/** Long enough for a slow mirror; a container that a killed command forgot ends, and goes, by itself. */
const limitSeconds = 3600;

/** Runs a command in a container of a public image that is removed in every case; the stream is its standard output. */
export function runInContainerOn(engine: Engine): RunInContainer {
  return async ({ image, platform, command, env, onLine, signal }) => {
    if ((await engine.findImage(image)) === undefined) await engine.pullImage(image, { platform, onLine, signal });
    const { id } = await engine.createContainer(`dockerops-bootstrap-${randomBytes(4).toString('hex')}`, {
      image,
      command: ['sleep', String(limitSeconds)],
      environment: [],
      labels: { [label.kind]: 'bootstrap' },
      network: { mode: 'bridge' },
      ports: [],
      mounts: [],
      runtime: { restart: 'no', init: true },
      removedAtEnd: true,
    });
    const remove = (): Promise<void> =>
      engine.removeContainer(id, { force: true }).catch((error: unknown) => {
        if (!(error instanceof NotFound || error instanceof Conflict))
          onLine(`container ${id.slice(0, 12)} is left over: ${String(error)}`);
      });
    try {
      await engine.startContainer(id);
      const session = await engine.openExec(id, {
        command,
        environment: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      });
      session.stdin.end();
      return deliver(session, onLine, signal, remove);
    } catch (error) {
      await remove();
      throw error;
    }
  };
}

function deliver(
  session: ExecSession,
  onLine: (line: string) => void,
  signal: AbortSignal,
  remove: () => Promise<void>,
): Readable {
  const output = new PassThrough();
  const last: string[] = [];
  let rest = '';
  session.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      onLine(line);
      last.push(line);
      if (last.length > 20) last.shift();
    }
  });
  const whole = async (): Promise<void> => {
    await pipeline(session.stdout, output, { end: false, signal });
    const code = await session.exitCode();
    if (code !== 0)
      throw new OperationFailed(`making the os tree in a container ended with status ${String(code)}`, {
        code: 'BOOTSTRAP_FAILED',
        logs: last,
      });
  };
  // The end of the stream may be the end of this command, so the container goes first.
  void whole().then(
    async () => {
      await remove();
      output.end();
    },
    async (error: unknown) => {
      await remove();
      output.destroy(error as Error);
    },
  );
  return output;
}
