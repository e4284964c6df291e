import type { ContainerConfig } from '../engine/container-config.ts';
import type { Engine } from '../engine/engine.ts';
import { EngineError, EngineUnreachable, OperationFailed } from '../errors.ts';
import type { Owner } from '../model/desired.ts';
import { randomSuffix, withHelper, type HelperConfig } from './helper-container.ts';

export interface Script {
  /** The first that has a shell is used. */
  readonly images: readonly string[];
  readonly script: string;
  /** Its arguments: `$1`, `$2`, … */
  readonly words: readonly string[];
  readonly mounts: ContainerConfig['mounts'];
  readonly network: 'none' | 'host';
  readonly limitMs: number;
  /**
   * Ends the name of the container. Given only under the owner's lock: a container with this name, left and perhaps
   * still at work because its command was killed, is removed first.
   */
  readonly suffix?: string;
}

interface ScriptResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The exit code of a shell for a program that does not exist. */
const programMissing = 127;

/**
 * Runs a shell script as root in a container of its own. Resolves with its standard output. Rejects with its standard
 * error when it fails, or with the reason for each image when none can run it.
 */
export async function runScript(engine: Engine, owner: Owner, script: Script, signal?: AbortSignal): Promise<string> {
  const { images, suffix = randomSuffix() } = script;
  const limit = AbortSignal.timeout(script.limitMs);
  const reasons: string[] = [];
  for (const image of images) {
    const result = await withHelper(engine, owner, suffix, configOf(image, script), async (id) => {
      const refusal = await engine.startContainer(id).then(() => undefined, asRefusal);
      return refusal ?? finish(engine, id, limit, script.limitMs, signal);
    });
    if (!(result instanceof EngineError) && result.exitCode === 0) return result.stdout;
    reasons.push(`${image}: ${reasonOf(result)}`);
    if (!(result instanceof EngineError) && result.exitCode !== programMissing) break;
  }
  throw failed(reasons);
}

function configOf(image: string, { script, words, mounts, network }: Script): HelperConfig {
  const entrypoint = ['sh', '-c', script, 'sh', ...words];
  return { image, entrypoint, command: [], mounts, network: { mode: network } };
}

/** The engine refuses to start a container without a shell. */
function asRefusal(error: unknown): EngineError {
  if (error instanceof EngineError && !(error instanceof EngineUnreachable)) return error;
  throw error;
}

async function finish(
  engine: Engine,
  id: string,
  limit: AbortSignal,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<ScriptResult> {
  const stop = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  const { exitCode } = await engine.waitContainer(id, stop).catch((error: unknown) => {
    throw limit.aborted && signal?.aborted !== true ? timedOut(limitMs, error) : error;
  });
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  for await (const { stream, text } of engine.logs(id, {})) lines[stream].push(text);
  return { exitCode, stdout: lines.stdout.join('\n'), stderr: lines.stderr.join('\n') };
}

function reasonOf(result: ScriptResult | EngineError): string {
  if (result instanceof EngineError) return result.message;
  return result.stderr.trim() || `status ${String(result.exitCode)}`;
}

function timedOut(limitMs: number, cause: unknown): OperationFailed {
  return new OperationFailed(`not done within ${String(limitMs / 1000)} s`, {
    code: 'HELPER_TIMEOUT',
    suggestions: ["check how busy the engine's host and its disk are, then try again"],
    cause,
  });
}

function failed(reasons: readonly string[]): OperationFailed {
  return new OperationFailed(reasons.length === 0 ? 'the engine has no image with a shell' : reasons.join('; '), {
    code: 'HELPER_FAILED',
    suggestions: ['make an image with the programs that this needs: dockerops init'],
  });
}
