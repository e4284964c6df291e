import { label } from '../../labels.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { InstanceSpec, Template } from '../../model/desired.ts';
import { isMade, type Decision, type InstanceContext } from '../context.ts';
import { dnsPolicy, isServedElsewhere, publishedAddress } from './names.ts';
import { carriedVolumes, removeScratch, tellKept } from './own-volumes.ts';
import { planData } from './data.ts';
import { expectedOf, removeContainer } from '../remove.ts';
import { ownerLabels } from './network.ts';
import { planVolumes } from './volumes.ts';
import { specHash, specLabel, specVersion } from '../spec/spec-hash.ts';
import { existingInstances } from '../spec/existing-instance.ts';

/** Plans one instance: what goes away first, then create, files, start, ready. Its edges to others come from links and `after`. */
export function planInstance(decision: Decision, context: InstanceContext): void {
  if (isMade(decision)) return make(decision, context);
  if (decision.action === 'check') planReady(decision, context, []);
  // The lease may be lost: with a dns that was made anew, or because a run was interrupted before it came to it.
  if (isKept(decision)) planHold(decision.spec, 'its names are held for it', [], context);
}

function isKept({ action }: Decision): boolean {
  return action === 'keep' || action === 'check';
}

function make(decision: Decision, context: InstanceContext): void {
  const { spec } = decision;
  const cause = decision.reason;
  const common = { subject: spec.key, cause };
  const { builder } = context;
  const taken = takeAway(decision, context);
  const data = planData(spec, { cause, taken, image: context.imageOperation(spec.image) }, context);
  const before = [
    ...taken,
    ...planVolumes(spec, cause, context),
    ...data,
    ...planInstanceKeys(spec, context),
    ...prerequisites(spec, context),
  ];
  const { carried, left } = carriedVolumes(spec, decision.existing, context.observed);
  tellKept(spec.key, left, builder);
  const create = builder.add({
    ...common,
    id: `create ${spec.key}`,
    kind: 'create-container',
    needs: unique(before),
    spec,
    image: context.imageOf(spec.image),
    labels: instanceLabels(spec, context.desired.owner),
    ...(spec.network.mode === 'network' && spec.network.reservedAddress && context.network !== undefined
      ? { fixedAddress: context.network.reserved }
      : {}),
    ...(carried.length > 0 ? { carried } : {}),
  });
  const files =
    spec.files.length === 0
      ? create
      : builder.add({ ...common, id: `files ${spec.key}`, kind: 'put-files', needs: [create], spec });
  const ready = spec.after.map((key) => readyId(key, context)).filter((id) => id !== undefined);
  const start = builder.add({
    ...common,
    id: `start ${spec.key}`,
    kind: 'start-container',
    needs: unique([files, ...ready, ...networkAtStart(spec, context)]),
    container: spec.container,
    ...(spec.network.mode === 'network' ? { network: spec.network.network } : {}),
  });
  planHold(spec, cause, [start], context);
  planReady(decision, context, [start]);
  if (spec.sleepSeconds > 0) {
    builder.add({
      ...common,
      id: `sleep ${spec.key}`,
      kind: 'wait-seconds',
      needs: [isWaitedFor(decision, context) ? `ready ${spec.key}` : start],
      seconds: spec.sleepSeconds,
    });
  }
}

function planReady(decision: Decision, context: InstanceContext, needs: readonly string[]): void {
  if (!isWaitedFor(decision, context)) return;
  const { spec, reason } = decision;
  context.builder.add({
    id: `ready ${spec.key}`,
    kind: 'wait-ready',
    subject: spec.key,
    cause: reason,
    needs,
    container: spec.container,
    limitSeconds: context.options.timeoutSeconds,
    wasRunning: !isMade(decision),
  });
}

/** A dns that is to hold names has to answer first, whether or not the user waits. */
function isWaitedFor({ spec }: Decision, { options, dns, decisions }: InstanceContext): boolean {
  return (
    options.wait ||
    (spec.container === dns && [...decisions.values()].some((other) => other.spec.lease === 'dockerops'))
  );
}

/** The operation after which an instance can be used; undefined when it stands already. */
export function readyId(key: string, context: InstanceContext): string | undefined {
  const decision = context.decisions.get(key);
  if (decision === undefined) return undefined;
  if (isMade(decision)) {
    if (decision.spec.sleepSeconds > 0) return `sleep ${key}`;
    return isWaitedFor(decision, context) ? `ready ${key}` : `start ${key}`;
  }
  return decision.action === 'check' && isWaitedFor(decision, context) ? `ready ${key}` : undefined;
}

/** How long others go on using an answer of the DNS: the TTL that the arbiter gives its records. */
const answerSeconds = 5;

/**
 * Withdraw, let the answers that others hold run out, stop and remove what has the name now: as soon as there is an image to take its
 * place, for a build that fails must leave what runs.
 */
function takeAway(decision: Decision, context: InstanceContext): readonly string[] {
  const { spec, existing, reason } = decision;
  const { builder, dns, options, decisions } = context;
  if (existing === undefined) return [];
  const common = { subject: spec.key, cause: reason };
  const expected = {
    ...expectedOf(existing),
    ...(existing.ownership === undefined ? {} : { specHash: existing.ownership.specHash }),
  };
  const isDrained = options.replace === 'always' && dnsPolicy(spec) === 'APPEND';
  const image = context.imageOperation(spec.image);
  const needs: string[] = image === undefined ? [] : [image];
  if (dns !== undefined && isWithdrawn(decision, context)) {
    needs.push(
      builder.add({
        ...common,
        id: `withdraw ${spec.key}`,
        kind: 'withdraw-names',
        needs: [...needs],
        dns,
        keys: [spec.key],
      }),
    );
  } else if (isDrained && isFoundElsewhere(existing, context)) {
    // Without the wait that follows, its client's own withdrawal at the stop would do.
    needs.push(
      builder.add({
        ...common,
        id: `withdraw ${spec.key}`,
        kind: 'withdraw-names',
        needs: [...needs],
        dns: existing.name,
        by: 'client',
        keys: [spec.key],
      }),
    );
  }
  // Instances that share a name answer for it meanwhile.
  if (isDrained && needs.some((id) => id.startsWith('withdraw '))) {
    needs.push(
      builder.add({
        id: `drain ${spec.key}`,
        subject: spec.key,
        cause: 'others may use its address until the answers that they have run out',
        kind: 'wait-seconds',
        needs: needs.slice(-1),
        seconds: answerSeconds,
      }),
    );
  }
  const others =
    existing.name === dns
      ? [...decisions.values()]
          .filter((other) => isMade(other) && isWithdrawn(other, context))
          .map((other) => `withdraw ${other.spec.key}`)
      : [];
  const removed = removeContainer(
    existing,
    {
      name: spec.key,
      cause: reason,
      needs: [...needs.slice(-1), ...others],
      expected,
      stopSeconds: spec.runtime.stopSeconds,
    },
    builder,
  );
  removeScratch(existing, context.observed, { ...common, needs: [removed] }, builder);
  return [removed];
}

function isUp({ state }: ObservedContainer): boolean {
  return state === 'running' || state === 'restarting';
}

/** As it was made, whatever the files say now. */
function isFoundElsewhere(existing: ObservedContainer, { dns, dnsAddress }: InstanceContext): boolean {
  return (
    isUp(existing) &&
    existingInstances([existing]).some(
      ({ spec }) => isServedElsewhere(spec, dns, dnsAddress) && dnsPolicy(spec) !== 'HIDE',
    )
  );
}

/** Its names are taken out of the dns before it stops: the dns that runs now, also when that is replaced as well. */
function isWithdrawn({ spec, existing }: Decision, { observed, dns, dnsAddress }: InstanceContext): boolean {
  if (
    existing === undefined ||
    existing.name === dns ||
    !isUp(existing) ||
    spec.lease === 'none' ||
    isServedElsewhere(spec, dns, dnsAddress)
  )
    return false;
  return observed.containers.some(({ name, state }) => name === dns && state === 'running');
}

function referencesOf(spec: InstanceSpec): readonly Exclude<Template[number], string>[] {
  const texts = [...spec.environment.map(({ value }) => value), ...spec.files.map(({ content }) => content)];
  if (spec.network.mode === 'network' && spec.network.resolver !== undefined) texts.push(spec.network.resolver.server);
  return texts.flat().filter((piece) => typeof piece !== 'string');
}

function keyNames(spec: InstanceSpec): readonly string[] {
  return referencesOf(spec).flatMap((reference) => {
    if ('privateKey' in reference) return [reference.privateKey];
    if ('publicKey' in reference) return [reference.publicKey];
    if ('certificate' in reference) return [reference.certificate];
    return 'secret' in reference ? [reference.secret] : [];
  });
}

function planInstanceKeys(spec: InstanceSpec, context: InstanceContext): readonly string[] {
  return unique(keyNames(spec).flatMap((name) => planKey(name, spec, context)));
}

function planKey(name: string, spec: InstanceSpec, context: InstanceContext): readonly string[] {
  const { desired, builder } = context;
  const key = desired.keys.find((candidate) => candidate.name === name);
  if (key === undefined || key.exists) return [];
  const id = `key ${name}`;
  if (builder.has(id)) return [id];
  const needs = key.certify === undefined ? [] : planKey(key.certify.by, spec, context);
  const subject = key.keep === 'instance' ? spec.key : desired.owner.name;
  return [builder.add({ id, kind: 'create-key', subject, cause: 'no key', needs, key })];
}

/** What must be there before the container can be made: its image, the network, and whoever's address it is told. */
function prerequisites(spec: InstanceSpec, context: InstanceContext): readonly string[] {
  const image = context.imageOperation(spec.image);
  const network = hasFixedAddress(spec) ? context.network?.operation : undefined;
  const targets = [
    ...referencesOf(spec).flatMap((reference) => ('addressOf' in reference ? [reference.addressOf] : [])),
    ...(spec.network.mode === 'network' ? spec.network.links.map(({ target }) => target) : []),
  ];
  const starts = [...context.decisions.values()]
    .filter(
      (other) =>
        isMade(other) &&
        other.spec.key !== spec.key &&
        targets.includes(other.spec.container) &&
        !hasFixedAddress(other.spec),
    )
    .map((other) => `start ${other.spec.key}`);
  return [image, network, ...starts].filter((id) => id !== undefined);
}

/** The engine looks for a network at the start (seen on 20.10, 26 and 28); an address on it is wanted already when it creates. */
function networkAtStart(spec: InstanceSpec, { network }: InstanceContext): readonly string[] {
  return spec.network.mode === 'network' && !hasFixedAddress(spec) && network?.operation !== undefined
    ? [network.operation]
    : [];
}

function hasFixedAddress({ network }: InstanceSpec): boolean {
  return network.mode === 'network' && network.reservedAddress;
}

/** Leases that we hold live in the dns instance, and go with it. */
function planHold(spec: InstanceSpec, cause: string, needs: readonly string[], context: InstanceContext): void {
  if (spec.lease !== 'dockerops' || context.dns === undefined) return;
  const dnsKey = [...context.decisions.values()].find((other) => other.spec.container === context.dns)?.spec.key;
  const dnsReady = dnsKey === undefined ? undefined : readyId(dnsKey, context);
  context.builder.add({
    id: `hold ${spec.key}`,
    kind: 'hold-names',
    subject: spec.key,
    cause,
    needs: unique([...needs, ...(dnsReady === undefined ? [] : [dnsReady])]),
    dns: context.dns,
    spec,
    address: publishedAddress(spec),
    policy: dnsPolicy(spec),
  });
}

/** All labels of the container. What the owner's text says never overrides what proves ownership. */
export function instanceLabels(
  spec: InstanceSpec,
  owner: InstanceContext['desired']['owner'],
): Readonly<Record<string, Template>> {
  const plain = {
    ...spec.labels,
    ...ownerLabels(owner),
    [label.kind]: 'instance',
    [label.service]: spec.service,
    [label.instance]: spec.instance,
    [label.instanceType]: spec.type,
    [label.image]: spec.image,
    [label.specVersion]: specVersion,
    [label.specHash]: specHash(spec),
    [label.spec]: specLabel(spec),
  };
  const keys = new Set(keyNames(spec));
  return {
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, [value]])),
    ...(keys.has(`host:${spec.key}`) ? { [label.hostKey]: [{ publicKey: `host:${spec.key}` }] } : {}),
    ...(keys.has('client') ? { [label.clientKey]: [{ publicKey: 'client' }] } : {}),
    ...linkAddressLabel(spec),
  };
}

function linkAddressLabel(spec: InstanceSpec): Readonly<Record<string, Template>> {
  const targets = unique(
    spec.environment
      .flatMap(({ value }) => value)
      .flatMap((piece) => (typeof piece !== 'string' && 'addressOf' in piece ? [piece.addressOf] : [])),
  );
  if (targets.length === 0) return {};
  const members = targets.flatMap((target, index): Template => [
    `${index === 0 ? '{' : ','}${JSON.stringify(target)}:"`,
    { addressOf: target },
    '"',
  ]);
  return { [label.linkAddresses]: [...members, '}'] };
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
