import type { Owner } from '../model/desired.ts';
import type { ObservedHost } from '../model/observed-hosts.ts';
import type { Operation } from './operation.ts';
import { inOrder } from './order.ts';
import type { Plan } from './plan.ts';

/**
 * Plans each host for itself, and makes one plan of all. With one host that is its plan. With several, operations,
 * verdicts and blockers say their host, which is part of the ids, too: `create demo-one@web-1`.
 */
export function planOnHosts<Host extends Pick<ObservedHost, 'state'>>(
  owner: Owner,
  hosts: ReadonlyMap<string, Host>,
  planOne: (host: Host, name: string) => Plan,
): Plan {
  const plans = [...hosts].map(([name, host]) => ({
    name,
    engine: host.state.engine.id,
    plan: planOne(host, name),
  }));
  const [first, ...others] = plans;
  return first !== undefined && others.length === 0 ? first.plan : join(owner, plans);
}

interface HostPlan {
  readonly name: string;
  readonly engine: string;
  readonly plan: Plan;
}

function join(owner: Owner, plans: readonly HostPlan[]): Plan {
  return {
    owner,
    operations: inOrder(lockedTogether(plans)),
    verdicts: plans.flatMap(({ name, plan }) => plan.verdicts.map((verdict) => ({ ...verdict, host: name }))),
    blockers: plans.flatMap(({ name, plan }) => plan.blockers.map((blocker) => ({ ...blocker, host: name }))),
    warnings: plans.flatMap(({ name, plan }) => plan.warnings.map((warning) => `${name}: ${warning}`)),
  };
}

/**
 * All locks are taken before anything else is done, in the order of the engines' ids so that two commands cannot wait
 * for each other, and are released in reverse.
 */
function lockedTogether(plans: readonly HostPlan[]): readonly Operation[] {
  const withLock = plans
    .filter(({ plan }) => plan.operations.some(({ kind }) => kind === 'lock'))
    .sort((a, b) => (a.engine < b.engine ? -1 : 1))
    .map(({ name }) => name);
  const lastLock = withLock.at(-1);
  return plans.flatMap(({ name, plan }) => {
    const at = withLock.indexOf(name);
    return plan.operations.map((operation): Operation => {
      const moved = onHost(operation, name);
      if (moved.kind === 'lock') return { ...moved, needs: idsOf('lock', withLock[at - 1]) };
      if (moved.kind === 'unlock') return { ...moved, needs: [...moved.needs, ...idsOf('unlock', withLock[at + 1])] };
      return { ...moved, needs: moved.needs.flatMap((id) => (id === `lock@${name}` ? idsOf('lock', lastLock) : [id])) };
    });
  });
}

function idsOf(id: string, host: string | undefined): readonly string[] {
  return host === undefined ? [] : [`${id}@${host}`];
}

function onHost(operation: Operation, host: string): Operation {
  const onIt = (ids: readonly string[]): readonly string[] => ids.map((id) => `${id}@${host}`);
  const { id, needs, follows } = operation;
  return {
    ...operation,
    id: `${id}@${host}`,
    needs: onIt(needs),
    host,
    ...(follows === undefined ? {} : { follows: onIt(follows) }),
  };
}
