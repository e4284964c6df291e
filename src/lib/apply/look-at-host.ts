import { randomBytes } from 'node:crypto';
import type { Engine } from '../engine/engine.ts';
import { EngineError, EngineUnreachable, OperationFailed } from '../errors.ts';
import { hostLookScript, parseHostLook, type HostLook } from '../observe/host-look.ts';
import type { Owner } from '../project/project.ts';
import { withHelper } from './helper-container.ts';

const limitMs = 60_000;

/** Asks the engine's host for its interfaces and routes, by a short-lived container on its network; the first image that can, does. */
export async function lookAtHost(engine: Engine, owner: Owner, images: readonly string[], signal: AbortSignal): Promise<HostLook> {
  const { hostname } = await engine.facts();
  const reasons: string[] = [];
  for (const image of images) {
    const output = await ask(engine, owner, image, signal).catch((error: unknown) => {
      if (!(error instanceof EngineError) || error instanceof EngineUnreachable) throw error;
      reasons.push(`${image}: ${error.message}`);
      return undefined;
    });
    const look = parseHostLook(output ?? '');
    if (look.interfaces.length > 0) return look;
  }
  throw new OperationFailed(`the interfaces of host ${hostname} could not be looked up${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`, {
    code: 'UNKNOWN_INTERFACES', suggestions: ['make an image that can: dockerops init', 'or give the address itself: SERVICE_IP=<address>, or in host.conf'],
  });
}

async function ask(engine: Engine, owner: Owner, image: string, signal: AbortSignal): Promise<string> {
  const config = { image, entrypoint: ['sh', '-c', hostLookScript], command: [], mounts: [], network: { mode: 'host' } } as const;
  return withHelper(engine, owner, randomBytes(4).toString('hex'), config, async (id) => {
    await engine.startContainer(id);
    await engine.waitContainer(id, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
    const lines: string[] = [];
    for await (const { stream, text } of engine.logs(id, {})) if (stream === 'stdout') lines.push(text);
    return lines.join('\n');
  });
}
