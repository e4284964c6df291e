import { definedOnly } from '../defined.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { InstanceSpec, Owner } from '../model/desired.ts';
import { isCompleted } from '../model/completed.ts';
import type { ObservedHosts } from '../model/observed-hosts.ts';
import type { ObservedState, Ownership } from '../model/observed-state.ts';
import type { PlanBuilder } from './builder.ts';
import { planCheckRunning } from './check-running.ts';
import { ownerContext, type OwnerContext } from './context.ts';
import { planOnHosts } from './hosts.ts';
import { checkDataUse } from './instance/data-use.ts';
import { checkPorts } from './instance/ports.ts';
import { planAwaitNames, planHoldNames } from './names/plan-names.ts';
import { findDns, type DnsPlace } from './names/published-names.ts';
import type { Blocker, Plan } from './plan.ts';
import { isTarget, type Target } from './target.ts';
import { addRecovery, recover } from './replacement/recover.ts';
import { replacedName } from './replacement/replacement-names.ts';
import { expectedOf } from './remove.ts';
import type { ExistingInstance } from './spec/existing-instance.ts';
import { needsAmong } from './spec/needs-among.ts';

export interface StartOptions {
  readonly wait: boolean;
  readonly timeoutSeconds: number | undefined;
  /** From the run conf; no label has it. */
  readonly sleepSeconds?: (container: Ownership) => number;
}

interface StartContext extends OwnerContext {
  readonly options: StartOptions;
  /** The DNS that runs, or that this plan starts. */
  readonly dns: DnsPlace | undefined;
  readonly starting: readonly ExistingInstance[];
  /** Keys of the others that each waits for, by key. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Seconds to wait after each, by key. */
  readonly sleeps: ReadonlyMap<string, number>;
}

/**
 * Starts stopped containers as they are: targets of links and the DNS first. What they were made from is read from
 * their labels.
 */
export function planStart(owner: Owner, hosts: ObservedHosts, target: Target, options: StartOptions): Plan {
  return planOnHosts(owner, hosts, ({ state, facts }) => startOnHost(owner, state, facts, target, options));
}

function startOnHost(
  owner: Owner,
  observed: ObservedState,
  facts: HostFacts,
  target: Target,
  options: StartOptions,
): Plan {
  const recovery = recover(owner, observed);
  const start = ownerContext(owner, recovery.observed);
  const asked = start.existing.filter(
    ({ container }) => isTarget(container, target) && replacedName(container) === undefined,
  );
  const context = startContext(start, asked.filter(isStopped), options);
  for (const each of asked) note(each, context.builder);
  for (const each of asked) resume(each, context.builder);
  checkHost(context, facts);
  for (const each of context.starting) startOne(each, context);
  holdAgain(context);
  finish(context);
  addRecovery(recovery, context.builder);
  return context.builder.finish();
}

/** The stopped instances that a start of `target` is about. */
export function instancesToStart(owner: Owner, observed: ObservedState, target: Target): readonly ExistingInstance[] {
  return ownerContext(owner, observed).existing.filter((each) => isTarget(each.container, target) && isStopped(each));
}

function isStopped({ container }: ExistingInstance): boolean {
  return container.state === 'exited' && !isCompleted(container);
}

function startContext(
  context: OwnerContext,
  starting: readonly ExistingInstance[],
  options: StartOptions,
): StartContext {
  const upSoon = context.existing.filter((each) => each.container.state === 'running' || starting.includes(each));
  const sleepOf = ({ ownership }: ExistingInstance['container']): number =>
    ownership === undefined ? 0 : (options.sleepSeconds?.(ownership) ?? 0);
  return {
    ...context,
    options,
    starting,
    dns: findDns(upSoon.map(({ spec }) => spec)),
    needs: needsAmong(starting),
    sleeps: new Map(starting.map(({ container, spec }) => [spec.key, sleepOf(container)])),
  };
}

function note({ container, spec: { key, service, instance } }: ExistingInstance, builder: PlanBuilder): void {
  const { name, state, exitCode } = container;
  const common = { key, container: name, differences: [] };
  if (isCompleted(container)) builder.verdicts.push({ ...common, verdict: 'keep', reason: 'completed' });
  else if (state === 'exited')
    builder.verdicts.push({ ...common, verdict: 'start', reason: `exited with code ${String(exitCode ?? 'unknown')}` });
  else if (state === 'paused') builder.verdicts.push({ ...common, verdict: 'start', reason: 'is paused' });
  else if (state === 'running' || state === 'restarting')
    builder.verdicts.push({ ...common, verdict: 'keep', reason: `is ${state}` });
  else builder.blockers.push(notStartable(name, state, `${service},instance=${instance}`, key));
}

function notStartable(name: string, state: string, what: string, subject: string): Blocker {
  const message = state === 'created' ? `${name} was created, but never started` : `${name} is ${state}`;
  return {
    subject,
    message,
    suggestions: [`replace it: dockerops run:${what},replace=True`, `remove it: dockerops clean:${what}`],
  };
}

function resume({ container, spec: { key } }: ExistingInstance, builder: PlanBuilder): void {
  if (container.state !== 'paused') return;
  builder.add({
    id: `unpause ${key}`,
    kind: 'unpause-container',
    subject: key,
    cause: 'requested',
    needs: [],
    expected: expectedOf(container),
  });
}

/** Refuses instances whose ports or directories are in use by others by now. */
function checkHost(context: StartContext, facts: HostFacts): void {
  const specs = context.starting.map(({ spec }) => spec);
  checkPorts({ ...context, facts }, specs);
  checkDataUse({ ...context, facts }, specs);
}

function startOne({ container, spec: { key, wait } }: ExistingInstance, context: StartContext): void {
  const { builder, options, needs, sleeps } = context;
  const common = { subject: key, cause: 'requested', container: container.name };
  const started = builder.add({
    ...common,
    id: `start ${key}`,
    kind: 'start-container',
    needs: (needs.get(key) ?? []).map((other) => doneId(other, context)),
    expected: expectedOf(container),
  });
  const limitSeconds = options.timeoutSeconds;
  const ready = {
    ...common,
    id: `ready ${key}`,
    kind: 'wait-ready',
    limitSeconds,
    wasRunning: false,
    ...definedOnly({ until: wait }),
  } as const;
  const done = options.wait ? builder.add({ ...ready, needs: [started] }) : started;
  const seconds = sleeps.get(key) ?? 0;
  const sleep = { id: `sleep ${key}`, kind: 'wait-seconds', subject: key, cause: common.cause, seconds } as const;
  if (seconds > 0) builder.add({ ...sleep, needs: [done] });
}

/** The operation after which others can use it. */
function doneId(key: string, { sleeps, options }: StartContext): string {
  return (sleeps.get(key) ?? 0) > 0 ? `sleep ${key}` : `${options.wait ? 'ready' : 'start'} ${key}`;
}

/** Leases that dockerops holds are put into the DNS again when their instances start, and when the DNS does. */
function holdAgain(context: StartContext): void {
  const { builder, dns, existing, starting } = context;
  if (dns === undefined) return;
  const dnsStarts = starting.find(({ spec }) => spec.container === dns.container);
  const dnsDone = dnsStarts === undefined ? [] : [doneId(dnsStarts.spec.key, context)];
  for (const each of existing.filter(({ spec }) => spec.lease === 'dockerops')) {
    const starts = starting.includes(each);
    if (!starts && (dnsStarts === undefined || each.container.state !== 'running')) continue;
    const needs = [...(starts ? [`start ${each.spec.key}`] : []), ...dnsDone];
    planHoldNames(each.spec, { cause: 'its address may have changed', needs }, dns, builder);
  }
}

/** As a run does, a start that waits ends when others can find what it started, and all of that still runs. */
function finish({ builder, dns, options, owner, starting }: StartContext): void {
  if (!options.wait) return;
  const started = starting.map(({ spec }) => spec).filter(({ wait }) => wait !== 'completed');
  const needsOf = (spec: InstanceSpec): readonly string[] => [
    `ready ${spec.key}`,
    ...(spec.lease === 'dockerops' ? [`hold ${spec.key}`] : []),
  ];
  planCheckRunning(started, planAwaitNames(started, { builder, dns, needsOf }), owner, builder);
}
