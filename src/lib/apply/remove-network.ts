import { setTimeout as delay } from 'node:timers/promises';
import { Forbidden, OperationFailed } from '../errors.ts';
import type { ObservedContainer } from '../model/observed-state.ts';
import type { OperationOf } from '../plan/operation.ts';
import type { Step } from './step.ts';
import { expectPresent } from './expectations.ts';
import { hasProcesses } from '../plan/has-processes.ts';

/** An engine that is busy may still be taking the last container off. */
const attempts = 3;
const pauseMs = 200;

/**
 * Removes a network, or says who is on it. Engines have been seen to lose count when many containers went at once (20.10): nobody is on
 * the network, and the engine refuses to remove it until it is started anew. That stays as a warning, since the next run can use it.
 */
export async function removeNetwork(
  { network, networkId }: OperationOf<'remove-network'>,
  { context }: Step,
): Promise<string | undefined> {
  const { engine } = context;
  for (let attempt = 1; ; attempt += 1) {
    const refusal = await expectPresent(engine.removeNetwork(networkId), `network ${network}`).then(
      () => undefined,
      asRefusal,
    );
    if (refusal === undefined) return undefined;
    const holders = (await engine.listContainers({ all: true })).filter(
      ({ addresses }) => addresses[network] !== undefined,
    );
    if (holders.some(hasProcesses)) throw inUse(network, holders.filter(hasProcesses), refusal);
    if (attempt === attempts) {
      context.progress({
        type: 'warning',
        text: `network ${network} stays, and the next run uses it: no container is on it, yet the engine does not remove it (${refusal.message}). If it has lost count, as happens when many containers go at once, dockerops clean:all takes the network away after a restart of the engine`,
      });
      return 'network stays';
    }
    await delay(pauseMs, undefined, { signal: context.signal });
  }
}

function asRefusal(error: unknown): Forbidden {
  if (error instanceof Forbidden) return error;
  throw error;
}

function inUse(
  network: string,
  holders: readonly Pick<ObservedContainer, 'name'>[],
  cause: Forbidden,
): OperationFailed {
  const names = holders.map(({ name }) => name).sort();
  return new OperationFailed(`network ${network} is in use by ${names.join(', ')}`, {
    code: 'NETWORK_IN_USE',
    suggestions: names.map((name) => `docker network disconnect ${network} ${name}`),
    cause,
  });
}
