import type { Engine } from '../engine/engine.ts';
import { OperationFailed } from '../errors.ts';
import { hostLookScript, parseHostLook, type HostLook } from '../observe/host-look.ts';
import type { Owner } from '../model/desired.ts';
import { runScript } from './helper-container.ts';

const limitMs = 60_000;

/** Asks the engine's host for its interfaces and routes, by a short-lived container on its network; the first image that can, does. */
export async function lookAtHost(
  engine: Engine,
  owner: Owner,
  images: readonly string[],
  signal: AbortSignal,
): Promise<HostLook> {
  const output = await runScript(
    engine,
    owner,
    { images, script: hostLookScript, words: [], mounts: [], network: 'host', limitMs },
    signal,
  ).catch(async (error: unknown) => {
    if (error instanceof OperationFailed) throw unknown((await engine.facts()).hostname, error);
    throw error;
  });
  const look = parseHostLook(output);
  if (look.interfaces.length === 0) throw unknown((await engine.facts()).hostname);
  return look;
}

function unknown(hostname: string, cause?: OperationFailed): OperationFailed {
  return new OperationFailed(
    `the interfaces of host ${hostname} could not be looked up${cause === undefined ? '' : ` (${cause.message})`}`,
    {
      code: 'UNKNOWN_INTERFACES',
      suggestions: [
        'make an image that can: dockerops init',
        'or give the address itself in place of from_<interface>',
      ],
      cause,
    },
  );
}
