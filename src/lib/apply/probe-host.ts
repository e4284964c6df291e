import type { Engine } from '../engine/engine.ts';
import { OperationFailed } from '../errors.ts';
import { hostProbeScript, parseHostProbe, type HostProbe } from '../observe/host-probe.ts';
import type { Owner } from '../model/desired.ts';
import { runScript } from './run-script.ts';

const limitMs = 60_000;

/**
 * Reads the interfaces and routes of the engine's host in a short-lived container on its network, from the first image
 * that has the programs for it.
 */
export async function probeHost(
  engine: Engine,
  owner: Owner,
  images: readonly string[],
  signal: AbortSignal,
): Promise<HostProbe> {
  const output = await runScript(
    engine,
    owner,
    { images, script: hostProbeScript, words: [], mounts: [], network: 'host', limitMs },
    signal,
  ).catch(async (error: unknown) => {
    if (error instanceof OperationFailed) throw unknown((await engine.facts()).hostname, error);
    throw error;
  });
  const probe = parseHostProbe(output);
  if (probe.interfaces.length === 0) throw unknown((await engine.facts()).hostname);
  return probe;
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
