import { EngineError, Interrupted } from '../../errors.ts';
import type { Connection } from '../connection/connection.ts';
import type { ExecRequest, ExecResult } from '../engine.ts';
import { textOf } from './engine-streams.ts';
import { execStep, startExec } from './exec-session.ts';

/**
 * Runs a command to its end. Rejects when the limit is over or the signal aborts; the command then still runs inside,
 * as no engine can stop it.
 */
export async function exec(
  connection: Connection,
  id: string,
  request: ExecRequest,
  limitMs: number,
  signal?: AbortSignal,
): Promise<ExecResult> {
  const starting = startExec(connection, id, request, false);
  const limit = limitOf(execStep(id, request), limitMs, signal);
  const closeSocket = (): Promise<void> =>
    starting.then(
      ({ stdin }) => void stdin.destroy(),
      () => {},
    );
  limit.reached.catch(closeSocket);
  try {
    const { stdout, stderr, exitCode } = await Promise.race([limit.reached, starting]);
    const texts = Promise.all([textOf(stdout, request.maxOutput), textOf(stderr, request.maxOutput)]);
    const [out, err] = await Promise.race([limit.reached, texts]);
    return { exitCode: await Promise.race([limit.reached, exitCode()]), stdout: out, stderr: err };
  } finally {
    limit.clear();
  }
}

/** `reached` rejects with the reason to stop waiting, unless it is cleared before. */
function limitOf(
  step: string,
  limitMs: number,
  signal: AbortSignal | undefined,
): { readonly reached: Promise<never>; readonly clear: () => void } {
  const { promise: reached, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new EngineError(`${step}: not done within ${String(limitMs / 1000)} s`, { code: 'EXEC_TIMEOUT' }));
  }, limitMs);
  const interrupt = (): void => reject(new Interrupted());
  signal?.addEventListener('abort', interrupt);
  if (signal?.aborted === true) interrupt();
  const clear = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
  };
  return { reached, clear };
}
