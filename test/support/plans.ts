import { expect } from 'chai';
import type { Desired, Owner } from '../../src/lib/model/desired.ts';
import type { HostFacts } from '../../src/lib/model/host-facts.ts';
import { localHost, oneHost, type ObservedHosts } from '../../src/lib/model/observed-hosts.ts';
import type { ObservedState } from '../../src/lib/model/observed-state.ts';
import type { RunOptions } from '../../src/lib/plan/context.ts';
import type { Operation } from '../../src/lib/plan/operation.ts';
import type { Plan } from '../../src/lib/plan/plan.ts';
import * as clean from '../../src/lib/plan/plan-clean.ts';
import * as once from '../../src/lib/plan/plan-once.ts';
import * as run from '../../src/lib/plan/plan-run.ts';
import * as start from '../../src/lib/plan/plan-start.ts';
import * as stop from '../../src/lib/plan/plan-stop.ts';
import type { Target } from '../../src/lib/plan/target.ts';
import { facts as anyFacts, observed as nothing } from './specs.ts';

/**
 * The planners for a single engine, as tests use them. Each plan is made three times, so that every test of a planner
 * also tests how it treats hosts: the name of the only host changes nothing, and beside a host where nothing is to be
 * done the plan is the same but for the name of its host.
 */
export const planRun = (desired: Desired, state: ObservedState, facts: HostFacts, options: RunOptions): Plan =>
  planThrice(state, facts, (hosts) => run.planRun(desired, hosts, options));

export const planOnce = (desired: Desired, state: ObservedState, facts: HostFacts, options: once.OnceOptions): Plan =>
  planThrice(state, facts, (hosts) => once.planOnce(desired, hosts, options));

export const planStart = (
  owner: Owner,
  state: ObservedState,
  facts: HostFacts,
  target: Target,
  options: start.StartOptions,
): Plan => planThrice(state, facts, (hosts) => start.planStart(owner, hosts, target, options));

export const planStop = (owner: Owner, state: ObservedState, target: Target, options: stop.StopOptions): Plan =>
  planThrice(state, anyFacts, (hosts) => stop.planStop(owner, hosts, target, options));

export const planClean = (owner: Owner, state: ObservedState, target: Target): Plan =>
  planThrice(state, anyFacts, (hosts) => clean.planClean(owner, hosts, target));

const otherHost = 'web-2';

function planThrice(state: ObservedState, facts: HostFacts, plan: (hosts: ObservedHosts) => Plan): Plan {
  const alone = plan(oneHost({ state, facts }));
  const named = plan(new Map([['web-1', { state, facts }]]));
  expect(JSON.stringify(named), 'the plan of a host with another name').to.equal(JSON.stringify(alone));
  const empty = { state: nothing({ engine: { ...state.engine, id: `other than ${state.engine.id}` } }), facts };
  const beside = plan(new Map([...oneHost({ state, facts }), [otherHost, empty]]));
  expect(JSON.stringify(withoutHost(beside)), 'the plan beside another host').to.equal(JSON.stringify(alone));
  return alone;
}

function withoutHost({ operations, verdicts, blockers, warnings, ...plan }: Plan): Plan {
  return {
    ...plan,
    operations: operations.map(operationWithoutHost),
    verdicts: verdicts.map(({ host: _, ...verdict }) => verdict),
    blockers: blockers.map(({ host: _, ...blocker }) => blocker),
    warnings: warnings.map(withoutPrefix),
  };
}

function operationWithoutHost({ host, ...operation }: Operation): Operation {
  expect(host, operation.id).to.equal(localHost);
  const { id, needs, follows } = operation;
  const plain = { ...operation, id: withoutSuffix(id), needs: needs.map(withoutSuffix) };
  return follows === undefined ? plain : { ...plain, follows: follows.map(withoutSuffix) };
}

function withoutSuffix(id: string): string {
  const suffix = `@${localHost}`;
  expect(id.endsWith(suffix), `${id} names its host`).to.equal(true);
  return id.slice(0, -suffix.length);
}

function withoutPrefix(warning: string): string {
  return warning.replace(`${localHost}: `, '');
}
