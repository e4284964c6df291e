import { EngineError } from '../../errors.ts';
import type { EngineReader } from '../../engine/engine.ts';
import type { Owner } from '../../model/desired.ts';
import { isDnsContainer } from '../../model/dns-service.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { readTexts } from '../../observe/read-texts.ts';
import { asksElsewhere, findDns, isPublished } from '../../plan/names/published-names.ts';
import { isSameOwner } from '../../plan/ownership.ts';
import { existingInstances } from '../../plan/spec/existing-instance.ts';

/** What the arbiter of a DNS writes: the instances that have a lease, a line each (docs/image-contract.md). */
const registeredFile = '/var/lib/dockerops-dns/registered';

/**
 * The names of running containers whose client has no lease in the DNS that runs here. One read of the engine, and no
 * program started. None while that is not known: without a DNS, or while it is starting.
 */
export async function findUnregistered(
  engine: Pick<EngineReader, 'readArchive'>,
  containers: readonly ObservedContainer[],
  owner: Owner,
): Promise<ReadonlySet<string>> {
  const running = containers.filter(
    ({ ownership, state }) => state === 'running' && ownership !== undefined && isSameOwner(ownership.owner, owner),
  );
  const server = running.find(({ ownership }) => isDnsContainer(ownership));
  const clients = server === undefined ? [] : clientsOf(running);
  const registered = server === undefined || clients.length === 0 ? undefined : await readRegistered(engine, server.id);
  if (registered === undefined) return new Set();
  return new Set(clients.filter(({ ownership }) => !registered.has(ownership?.key ?? '')).map(({ name }) => name));
}

/** Those that register here and have had the time to: the healthcheck of the base image waits for it. */
function clientsOf(running: readonly ObservedContainer[]): readonly ObservedContainer[] {
  const existing = existingInstances(running);
  const dns = findDns(existing.map(({ spec }) => spec));
  return existing
    .filter(({ spec, container }) => {
      const isClient = spec.lease === 'client' && isPublished(spec) && !asksElsewhere(spec, dns);
      return isClient && container.health !== 'starting';
    })
    .map(({ container }) => container);
}

async function readRegistered(
  engine: Pick<EngineReader, 'readArchive'>,
  dns: string,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const { [registeredFile]: text } = await readTexts(engine, dns, registeredFile, new Set([registeredFile]));
    return text === undefined ? undefined : new Set(text.split('\n'));
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
