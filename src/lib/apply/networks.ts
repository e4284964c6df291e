import { definedOnly } from '../defined.ts';
import { EngineError, Forbidden, OperationFailed, StalePlan } from '../errors.ts';
import { sleep } from '../interrupt.ts';
import type { ObservedContainer } from '../model/observed-state.ts';
import { hasProcesses } from '../plan/has-processes.ts';
import { areOverlapping } from '../plan/instance/subnets.ts';
import type { OperationOf } from '../plan/operation.ts';
import { expectAbsent, expectPresent } from './expectations.ts';
import type { Step } from './step.ts';

/**
 * Another project may have taken the subnet since it was chosen. Engines say so only in their message, so the networks
 * are listed.
 */
export async function createNetwork(
  { network, subnet, dynamicRange, gateway, labels, driver }: OperationOf<'create-network'>,
  step: Step,
): Promise<void> {
  const request = { name: network, subnet, ipRange: dynamicRange, gateway, labels, ...definedOnly({ driver }) };
  try {
    const { id } = await expectAbsent(step.context.engine.createNetwork(request), `network ${network}`);
    await expectOnly(network, id, step);
  } catch (error) {
    const holder = error instanceof EngineError ? await findSubnetHolder(subnet, step) : undefined;
    if (holder === undefined) throw error;
    throw new StalePlan(`network ${holder} has taken subnet ${subnet} in the meantime`, {
      code: 'STALE_PLAN',
      cause: error,
    });
  }
  step.results.network(network, subnet);
}

/**
 * An engine lets two requests at once make two networks of one name: a command that was killed may have asked for the
 * other one. No container could start in either, so that one stays alone.
 */
async function expectOnly(network: string, id: string, { context: { engine } }: Step): Promise<void> {
  const others = (await engine.listNetworks()).filter((other) => other.name === network && other.id !== id);
  if (others.length === 0) return;
  await engine.removeNetwork(id);
  throw new StalePlan(`network ${network} was created by another command in the meantime`, { code: 'STALE_PLAN' });
}

const holderAttempts = 8;
const holderRetryMs = 250;

/** An engine reserves a subnet a moment before it lists the network. */
async function findSubnetHolder(subnet: string, { context: { engine, signal } }: Step): Promise<string | undefined> {
  for (let attempt = 0; attempt < holderAttempts; attempt += 1) {
    const networks = await engine.listNetworks();
    const holder = networks.find(({ subnets }) => subnets.some((other) => areOverlapping(other, subnet)));
    if (holder !== undefined) return holder.name;
    await sleep(holderRetryMs, signal);
  }
  return undefined;
}

/** A busy engine may still be disconnecting the last container. */
const removeAttempts = 3;
const removeRetryMs = 200;

/**
 * Removes a network, or reports which containers are connected to it. Some engines (20.10) lose count when many
 * containers are removed at once: no container is connected, and the engine refuses to remove the network until it is
 * restarted. Then the network stays, with a warning, and the next run uses it.
 */
export async function removeNetwork(
  { network, networkId }: OperationOf<'remove-network'>,
  { context: { engine, progress, signal } }: Step,
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const removal = expectPresent(engine.removeNetwork(networkId), `network ${network}`);
    const refusal = await removal.then(() => undefined, asRefusal);
    if (refusal === undefined) return undefined;
    const containers = await engine.listContainers({ all: true });
    const connected = containers.filter(({ addresses }) => addresses[network] !== undefined).filter(hasProcesses);
    if (connected.length > 0) throw inUse(network, connected, refusal);
    if (attempt === removeAttempts) {
      progress({ type: 'warning', text: miscounted(network, refusal) });
      return 'network stays';
    }
    await sleep(removeRetryMs, signal);
  }
}

function asRefusal(error: unknown): Forbidden {
  if (error instanceof Forbidden) return error;
  throw error;
}

function miscounted(network: string, { message }: Forbidden): string {
  return (
    `network ${network} is not removed and will be used by the next run: no container is connected to it, ` +
    `but the engine refuses to remove it (${message}). Restart the engine, then run dockerops clean:all`
  );
}

function inUse(
  network: string,
  containers: readonly Pick<ObservedContainer, 'name'>[],
  cause: Forbidden,
): OperationFailed {
  const names = containers.map(({ name }) => name).sort();
  return new OperationFailed(`network ${network} is in use by ${names.join(', ')}`, {
    code: 'NETWORK_IN_USE',
    suggestions: names.map((name) => `docker network disconnect ${network} ${name}`),
    cause,
  });
}
