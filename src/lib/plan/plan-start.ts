import type { HostFacts } from '../model/host-facts.ts';
import type { InstanceSpec, Owner, Template } from '../model/desired.ts';
import type { ObservedContainer, ObservedState, Ownership } from '../model/observed-state.ts';
import type { Decision, PlanContext } from './context.ts';
import { isDnsService } from '../model/dns-service.ts';
import { dnsPolicy, planAwaitNames, publishedAddress, variable } from './instance/names.ts';
import type { Blocker, Plan } from './plan.ts';
import { ownContainers } from './ownership.ts';
import { isTarget, type CleanTarget } from './plan-clean.ts';
import { planDataUse } from './instance/data-use.ts';
import { planPorts } from './instance/ports.ts';
import { PlanBuilder } from './builder.ts';
import { needsAmong, existingInstances, type ExistingInstance } from './spec/existing-instance.ts';

export interface StartOptions {
  readonly wait: boolean;
  readonly timeoutSeconds: number;
  /** What the run conf says now, as no label has it. */
  readonly sleepSeconds?: (container: Ownership) => number;
}

interface StartContext {
  readonly builder: PlanBuilder;
  readonly options: StartOptions;
  /** Name of the dns container that runs, or that this plan starts. */
  readonly dns: string | undefined;
  readonly dnsAddress: Template | undefined;
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Seconds to wait after each, by key. */
  readonly sleeps: ReadonlyMap<string, number>;
}

/** The stopped instances that a start of `target` is about. */
export function instancesToStart(
  owner: Owner,
  observed: ObservedState,
  target: CleanTarget,
): readonly ExistingInstance[] {
  return existingInstances([...ownContainers(owner, observed).values()]).filter(
    ({ container }) => isTarget(container, target) && container.state === 'exited',
  );
}

/** Starts stopped containers as they are: targets of links and the DNS first. What they were made from is read from their labels. */
export function planStart(
  owner: Owner,
  observed: ObservedState,
  facts: HostFacts,
  target: CleanTarget,
  options: StartOptions,
): Plan {
  const builder = new PlanBuilder(owner);
  const own = existingInstances([...ownContainers(owner, observed).values()]);
  const meant = own.filter(({ container }) => isTarget(container, target));
  const starting = meant.filter(({ container }) => container.state === 'exited');
  const context = {
    builder,
    options,
    ...findDns(own, starting),
    needs: needsAmong(starting, isDnsService),
    sleeps: new Map(starting.map(({ container, spec }) => [spec.key, sleepOf(container, options)])),
  };
  for (const each of meant) tell(each, builder);
  for (const {
    container: { id, name, state },
    spec: { key },
  } of meant) {
    if (state === 'paused')
      builder.add({
        subject: key,
        cause: 'asked to',
        id: `unpause ${key}`,
        kind: 'unpause-container',
        needs: [],
        expected: { id, name },
      });
  }
  checkHost(starting, { owner, observed, facts, builder });
  for (const each of starting) start(each, context);
  holdAgain(own, starting, context);
  checkRunning(starting, awaitNames(starting, context), owner, context);
  return builder.finish();
}

function findDns(
  own: readonly ExistingInstance[],
  starting: readonly ExistingInstance[],
): Pick<StartContext, 'dns' | 'dnsAddress'> {
  const spec = own.find(
    (each) => isDnsService(each.spec.service) && (each.container.state === 'running' || starting.includes(each)),
  )?.spec;
  return { dns: spec?.container, dnsAddress: spec === undefined ? undefined : variable(spec, 'SERVICE_IP') };
}

function tell({ container, spec: { key, service, instance } }: ExistingInstance, builder: PlanBuilder): void {
  const { name, state } = container;
  const common = { key, container: name, differences: [] };
  if (state === 'exited')
    builder.verdicts.push({
      ...common,
      verdict: 'start',
      reason: `exited with code ${String(container.exitCode ?? 'unknown')}`,
    });
  else if (state === 'paused') builder.verdicts.push({ ...common, verdict: 'start', reason: 'is paused' });
  else if (state === 'running' || state === 'restarting')
    builder.verdicts.push({ ...common, verdict: 'keep', reason: `is ${state}` });
  else builder.blockers.push(notStartable(name, state, `${service},instance=${instance}`, key));
}

function notStartable(name: string, state: string, what: string, subject: string): Blocker {
  const message = state === 'created' ? `${name} was made, but never whole and started` : `${name} is ${state}`;
  return {
    subject,
    message,
    suggestions: [`make it anew: dockerops run:${what},replace=True`, `or take it away: dockerops clean:${what}`],
  };
}

/** Nobody else may have taken their ports and directories meanwhile. */
function checkHost(
  starting: readonly ExistingInstance[],
  {
    owner,
    observed,
    facts,
    builder,
  }: {
    readonly owner: Owner;
    readonly observed: ObservedState;
    readonly facts: HostFacts;
    readonly builder: PlanBuilder;
  },
): void {
  const decisions = starting.map(({ spec, container }): Decision => ({
    spec,
    action: 'replace',
    reason: '',
    existing: container,
    differences: [],
  }));
  const desired = { owner, keys: [], images: [], instances: [], complete: false };
  const context: PlanContext = {
    desired,
    observed,
    facts,
    builder,
    options: { replace: 'never', build: 'missing', wait: false, timeoutSeconds: 0 },
  };
  planPorts(context, decisions);
  planDataUse(context, decisions);
}

function start({ container, spec }: ExistingInstance, context: StartContext): void {
  const { builder, options, needs } = context;
  const common = { subject: spec.key, cause: 'asked to' };
  const expected = { id: container.id, name: container.name };
  const started = builder.add({
    ...common,
    id: `start ${spec.key}`,
    kind: 'start-container',
    needs: (needs.get(spec.key) ?? []).map((key) => doneId(key, context)),
    container: container.name,
    expected,
  });
  const ready = !options.wait
    ? started
    : builder.add({
        ...common,
        id: `ready ${spec.key}`,
        kind: 'wait-ready',
        needs: [started],
        container: container.name,
        limitSeconds: options.timeoutSeconds,
        wasRunning: false,
      });
  const seconds = context.sleeps.get(spec.key) ?? 0;
  if (seconds > 0) builder.add({ ...common, id: `sleep ${spec.key}`, kind: 'wait-seconds', needs: [ready], seconds });
}

function sleepOf({ ownership }: ObservedContainer, { sleepSeconds }: StartOptions): number {
  return ownership === undefined ? 0 : (sleepSeconds?.(ownership) ?? 0);
}

/** The operation after which others can use it. */
function doneId(key: string, { sleeps, options }: StartContext): string {
  return (sleeps.get(key) ?? 0) > 0 ? `sleep ${key}` : `${options.wait ? 'ready' : 'start'} ${key}`;
}

/** Leases that we hold for instances are put again when they start, and when the DNS does. */
function holdAgain(
  own: readonly ExistingInstance[],
  starting: readonly ExistingInstance[],
  context: StartContext,
): void {
  const { builder, dns } = context;
  if (dns === undefined) return;
  const dnsStarts = starting.find(({ spec }) => spec.container === dns);
  const held = own.filter(
    (each) =>
      each.spec.lease === 'dockerops' &&
      (starting.includes(each) || (dnsStarts !== undefined && each.container.state === 'running')),
  );
  for (const { spec } of held) {
    const needs = [
      ...(starting.some((each) => each.spec === spec) ? [`start ${spec.key}`] : []),
      ...(dnsStarts === undefined ? [] : [doneId(dnsStarts.spec.key, context)]),
    ];
    builder.add({
      id: `hold ${spec.key}`,
      kind: 'hold-names',
      subject: spec.key,
      cause: 'its address may be another',
      needs,
      dns,
      spec,
      address: publishedAddress(spec),
      policy: dnsPolicy(spec),
    });
  }
}

/** As a run does, a start ends when others can find what it started. */
function awaitNames(
  starting: readonly ExistingInstance[],
  { builder, dns, dnsAddress, options }: StartContext,
): readonly string[] {
  if (!options.wait) return [];
  const needsOf = (spec: InstanceSpec): readonly string[] => [
    `ready ${spec.key}`,
    ...(spec.lease === 'dockerops' ? [`hold ${spec.key}`] : []),
  ];
  return planAwaitNames(
    starting.map(({ spec }) => spec),
    { builder, dns, dnsAddress, needsOf },
  );
}

function checkRunning(
  starting: readonly ExistingInstance[],
  names: readonly string[],
  owner: Owner,
  { builder, options }: StartContext,
): void {
  if (starting.length === 0 || !options.wait) return;
  builder.add({
    id: 'check',
    kind: 'check-running',
    subject: owner.name,
    cause: 'checking that all still run',
    needs: [...starting.map(({ spec }) => `ready ${spec.key}`), ...names],
    containers: starting.map(({ spec }) => spec.container),
  });
}
