import type { NodeDirectory, Tree } from '../../directories/node-directory.ts';
import { watching, type EngineEvent } from '../../engine/engine.ts';
import { Interrupted, messageOf } from '../../errors.ts';
import type { ProgressSink } from '../../events.ts';
import { canonicalReference } from '../../image-reference.ts';
import { label } from '../../labels.ts';
import { gatherHostFacts } from '../../observe/host-facts.ts';
import { nothingObserved } from '../../observe/observe.ts';
import { gatherPortHolders } from '../../observe/port-holders.ts';
import type { EnginePlatform } from '../../platform/open-platform.ts';
import type { OperationOf } from '../../plan/operation.ts';
import { planNode, planPulls, type NodePlan } from '../../plan/plan-node.ts';
import { PlanBuilder } from '../../plan/plan.ts';
import { canonicalJson, specHash } from '../../plan/spec-hash.ts';
import type { HostFacts } from '../../project/host-facts.ts';
import type { ImageSpec, InstanceSpec } from '../../project/project.ts';
import type { SeenService } from '../../project/service-entry.ts';
import type { Clock } from '../clock.ts';
import { withGrace } from '../grace.ts';
import { ImagePulls } from './image-pulls.ts';
import { applyNode, isOutage } from './normalize.ts';
import { NodeViewer } from './node-view.ts';
import { resolveNode, type ResolvedNode } from './resolve-node.ts';
import { LostKeys } from './lost-keys.ts';
import { keptNames, planDue, type DueLook } from './plan-due.ts';
import { planWithPorts, type GatherPortHolders } from './plan-with-ports.ts';
import { Retries } from './retries.ts';
import type { ScriptCheck } from './script-checks.ts';
import { serviceStatuses } from './service-statuses.ts';
import type { OperatorSettings } from './settings.ts';
import type { StateName, Status } from './status.ts';
import { wantedChecks } from './wanted-checks.ts';
import { mergeWanted, nodeRoot, type Wanted } from './wanted.ts';

export interface AgentTools {
  readonly settings: OperatorSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: NodeDirectory;
  /** The engine, as long as it answers: asked for in each pass. */
  readonly openEngine: () => Promise<EnginePlatform>;
  readonly clock: Clock;
  readonly status: Status;
  readonly progress: ProgressSink;
  readonly warn: (text: string) => void;
  /** Something changed that a pass should look at. */
  readonly wake: (reason: string) => void;
  readonly setChecks: (checks: readonly ScriptCheck[]) => void;
  readonly portHolders?: GatherPortHolders;
}

/** A plan with what keeps services out of it. */
export type Foreseen = NodePlan & { readonly notices: readonly string[] };

/** All that a pass found out before it plans. */
interface Look extends DueLook {
  readonly platform: EnginePlatform;
}

const serviceBackoff = { firstMs: 1000, mostMs: 60_000 };
const attempts = 3;
/** Who is told to end in the middle of a replacement makes the new container first. */
const graceMs = 20_000;
/** What gives names and ports back. */
const freeing: ReadonlySet<string> = new Set(['die', 'destroy', 'rename']);

/**
 * One node. Each pass compares all that is wanted with all that is, and mends the difference through a plan; between passes it keeps only
 * what the directory said last, what failed and when, and facts that never change. Whoever sees a change calls for a pass.
 */
export class NodeAgent {
  readonly #tools: AgentTools;
  readonly #root: string;
  readonly #viewer = new NodeViewer();
  readonly #retries: Retries;
  readonly #pulls: ImagePulls;
  readonly #told = new Set<string>();
  #tree: Tree | undefined;
  readonly #lost: LostKeys;
  #directoryError: Error | undefined;
  #address: string | undefined;
  /** Consul runs in a container and gives that one's address. */
  #isInner = false;
  #checks: readonly ScriptCheck[] = [];
  /** Undefined: not known yet. */
  #isLeader: boolean | undefined;
  #turnError: Error | undefined;
  /** Those of all services, by their one spelling. */
  #images: ReadonlySet<string> = new Set();
  /** Somebody else has what a service needs. */
  #isRefused = false;
  #postponed: { readonly state: StateName; readonly error: unknown }[] = [];

  constructor(tools: AgentTools) {
    this.#tools = tools;
    this.#root = nodeRoot(tools.settings.prefix, tools.settings.node);
    this.#lost = new LostKeys(tools.clock);
    this.#retries = new Retries(serviceBackoff, tools.clock);
    this.#pulls = new ImagePulls({ clock: tools.clock, pull: (image, signal) => this.#pull(image, signal), onEnd: () => { tools.wake('image'); } });
  }

  /** What the directory says now. One that was reset has lost its data, and wishes nothing by that. */
  directorySays(tree: Tree): void {
    this.#lost.see(tree.pairs.filter((pair) => this.#isService(pair)), tree.wasReset, this.#directoryError !== undefined);
    this.#tree = tree;
    this.#directoryError = undefined;
    this.#tools.wake('directory');
  }

  directoryFails(error: Error): void {
    this.#directoryError = error;
    this.#address = undefined;
    this.#tools.wake('directory fails');
  }

  setLeader(isLeader: boolean): void {
    if (isLeader === this.#isLeader && this.#turnError === undefined) return;
    this.#isLeader = isLeader;
    this.#turnError = undefined;
    this.#tools.wake(isLeader ? 'our turn' : 'turn lost');
  }

  /** Nobody can say whose turn it is. Who has it keeps it, for nobody else was given it as far as anybody here knows. */
  turnFails(error: Error): void {
    this.#turnError = error;
    if (this.#isLeader !== true) this.#tools.wake('turn unknown');
  }

  /**
   * Whether something that happened on the engine may make a difference. What others do there does not, unless it gives a name or a
   * port back that a service waits for.
   */
  isConcernedBy({ type, action, labels }: EngineEvent): boolean {
    if (type === 'image') return action === 'load' || this.#images.has(canonicalReference(labels['name'] ?? ''));
    if (type !== 'container') return type === watching.type;
    if (labels[label.node] === this.#tools.settings.node) return labels[label.kind] === 'instance';
    return this.#isRefused && freeing.has(action);
  }

  /** Images are under way, without which not all is as wanted. */
  get isPulling(): boolean {
    return this.#pulls.isBusy;
  }

  /** Returns when none is any more. */
  async pulled(): Promise<void> {
    await this.#pulls.idle();
  }

  /** One comparison of all with all. Rejects when it could not be made; a service that fails is in the status. */
  async pass(signal: AbortSignal): Promise<{ readonly againMs?: number }> {
    const { status } = this.#tools;
    if (status.hasFailed) status.enter('AttemptingToRecover');
    if (this.#tree === undefined) return this.#boot(signal);
    if (this.#isLeader !== true) return this.#standBy();
    this.#postponed = [];
    if (this.#directoryError === undefined) await this.#postMetadata(signal).catch((error: unknown) => { this.#postpone('PostingMetadataFailed', error); });
    if (status.state === 'Initial' || status.state === 'Booting') status.enter('Booted');
    await this.#normalize(signal);
    this.#conclude();
    return again(this.#retries.nextMs(), this.#pulls.nextMs(), this.#directoryError === undefined ? this.#lost.leftMs : undefined);
  }

  /** A fault of the directory is no reason to leave containers alone: it is told, and thrown, at the end of the pass. */
  #postpone(state: StateName, error: unknown): void {
    if (error instanceof Interrupted) throw error;
    this.#postponed.push({ state, error });
  }

  /** While the watch says that Consul is gone, its return is what calls for the next pass; any other fault is tried again. */
  #conclude(): void {
    const { status } = this.#tools;
    const [first] = this.#postponed;
    if (this.#directoryError !== undefined) status.enter('FetchingDirectoryStateFailed', this.#directoryError.message);
    else if (first === undefined) status.enter('Running');
    else {
      status.enter(first.state, messageOf(first.error));
      throw first.error;
    }
  }

  /** What a pass would do, and nothing of it done. */
  async foresee(): Promise<Foreseen> {
    const wanted = this.#wanted();
    const look = await this.#look(wanted);
    const problems = [...wanted.unread, ...look.resolved.problems].flatMap(([name, found]) => found.map(({ where, message }) => `${name}: ${where ?? ''}: ${message}`));
    const undecided = [...look.resolved.undecided].map(([name, { reference }]) => `${name}: which ports it has is known when the image ${reference} is there`);
    const wish = { desired: look.resolved.desired, entries: look.resolved.entries, keep: keptNames(look, new Map()), ...(look.seen === undefined ? {} : { seen: look.seen }) };
    const found = await this.#plan(look, (known) => planNode(wish, look.view.observed, known));
    return { ...found, notices: [...wanted.notices, ...problems, ...undecided] };
  }

  /** Consul may be one of our own services, and then nobody else starts it. */
  async #boot(signal: AbortSignal): Promise<{ readonly againMs?: number }> {
    const { status, settings } = this.#tools;
    const error = this.#directoryError;
    if (error === undefined) {
      status.enter('Booting');
      return {};
    }
    const consul = settings.services.filter(({ name }) => name === 'consul');
    if (consul.length > 0) await this.#stage('ConsulFailed', () => this.#converge({ services: consul, unread: new Map(), notices: [], metadata: new Map() }, false, signal));
    status.enter('ConsulFailed', error.message);
    return again(this.#retries.nextMs(), this.#pulls.nextMs());
  }

  #standBy(): { readonly againMs?: number } {
    this.#setChecks([]);
    if (this.#turnError !== undefined) this.#tools.status.enter('ConsulFailed', this.#turnError.message);
    else this.#tools.status.enter(this.#isLeader === undefined ? 'Booting' : 'StandingBy');
    return {};
  }

  async #normalize(signal: AbortSignal): Promise<void> {
    if (this.#directoryError === undefined && this.#lost.leftMs === 0) this.#lost.forget();
    const wanted = await this.#stage('MergingStateFailed', async () => this.#wanted());
    this.#tell(this.#notices(wanted));
    await this.#converge(wanted, true, signal);
    this.#tell(this.#notices(wanted));
  }

  #notices({ notices }: Wanted): readonly string[] {
    const lost = this.#lost.pairs.length === 0 ? [] : ['Consul has lost its data: what runs is kept until there are keys again, and these have not changed for 30 s'];
    const inner = this.#isInner ? [`Consul says that this node is ${this.#address ?? ''}, which is a container here: others reach no service by that; give the node's own: --address ADDRESS`] : [];
    return [...notices, ...lost, ...inner];
  }

  async #converge(wanted: Wanted, complete: boolean, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const look = await this.#stage('FetchingNodeStateFailed', () => this.#look(wanted));
      const isStale = await this.#stage('NormalizingFailed', () => this.#applyPlan(look, complete, signal));
      if (!isStale) return;
      if (attempt === attempts) throw new Error('the engine keeps changing under the operator');
    }
  }

  #wanted(): Wanted {
    return mergeWanted(this.#root, this.#tools.settings.services, [...(this.#tree?.pairs ?? []), ...this.#lost.pairs]);
  }

  async #look(wanted: Wanted): Promise<Look> {
    const { settings, environment, openEngine } = this.#tools;
    const platform = await openEngine();
    const [plain, seen] = await Promise.all([this.#viewer.look(platform.engine, wanted.services), this.#seenServices()]);
    this.#isInner = settings.address === undefined && plain.observed.containers.some(({ addresses }) => Object.values(addresses).some((address) => address !== '' && address === this.#address));
    const resolved = resolveNode(wanted.services, { node: settings.node, consulHost: settings.consul.host, address: this.#address ?? '', environment, exposed: plain.exposed });
    const observed = await this.#viewer.withSecrets(platform.engine, plain.observed, resolved.desired.instances);
    return { platform, wanted, resolved, seen, view: { ...plain, observed } };
  }

  /** Undefined while Consul does not answer: then containers are seen to, and entries left. */
  async #seenServices(): Promise<readonly SeenService[] | undefined> {
    const { directory, settings } = this.#tools;
    if (this.#directoryError !== undefined || this.#tree === undefined) return undefined;
    try {
      this.#address ??= settings.address ?? (await directory.nodeAddress());
      return await directory.list();
    } catch (error) {
      if (!isOutage(error)) throw error;
      this.#postpone('FetchingDirectoryStateFailed', error);
      return undefined;
    }
  }

  async #applyPlan(look: Look, complete: boolean, signal: AbortSignal): Promise<boolean> {
    const { directory, progress, clock } = this.#tools;
    const printOf = fingerprints(look.resolved);
    const { plan, refused, waiting } = await this.#plan(look, (known) => planDue(look, (spec) => this.#retries.waiting(spec.key, printOf(spec)) === undefined, complete, known));
    this.#pulls.want([...waiting.values()], signal);
    const { isStale, failed, outage } = await withGrace(signal, graceMs, clock, (late) => applyNode(plan, look.view.observed, look.platform, { progress, signal: late, catalog: directory }));
    this.#noteFailures(look, failed);
    if (outage !== undefined) throw outage;
    if (!isStale) this.#settle({ ...look, plan, refused, waiting, failed });
    return isStale;
  }

  async #plan<P extends NodePlan>(look: Look, plan: (facts: HostFacts) => P): Promise<P> {
    return planWithPorts(hostFacts(look), plan, this.#tools.portHolders ?? gatherPortHolders);
  }

  #setChecks(checks: readonly ScriptCheck[]): void {
    this.#checks = checks;
    this.#tools.setChecks(checks);
  }

  /** Also of a pass that was stopped by something else: what failed in it is not tried again with the next one. */
  #noteFailures({ resolved }: Look, failed: ReadonlyMap<string, string>): void {
    const printOf = fingerprints(resolved);
    for (const spec of resolved.desired.instances) {
      const error = failed.get(spec.key);
      if (error !== undefined) this.#retries.failed(spec.key, printOf(spec), error);
    }
  }

  #settle(done: Look & NodePlan & { readonly waiting: ReadonlyMap<string, ImageSpec>; readonly failed: ReadonlyMap<string, string> }): void {
    const { resolved: { desired, entries }, view: { observed }, failed, plan } = done;
    const printOf = fingerprints(done.resolved);
    for (const spec of desired.instances) if (!failed.has(spec.key) && this.#retries.waiting(spec.key, printOf(spec)) === undefined) this.#retries.succeeded(spec.key);
    this.#retries.keepOnly(new Set(desired.instances.map(({ key }) => key)));
    this.#images = new Set(done.wanted.services.map(({ definition }) => canonicalReference(definition.image)));
    this.#isRefused = done.refused.size > 0 || failed.size > 0;
    this.#tools.status.services = serviceStatuses({ ...done, retries: this.#retries, pulls: this.#pulls });
    const running = new Map(observed.containers.filter(({ state }) => state === 'running').map(({ name, id }) => [name, id]));
    const touched = new Set(plan.operations.flatMap(({ kind, subject }) => (kind === 'lock' || kind === 'unlock' ? [] : [subject])));
    this.#setChecks(wantedChecks({ entries, running, touched, kept: keptNames(done, done.waiting), before: this.#checks }));
    // What failed is no change: it would call for itself again and again.
    if ([...touched].some((subject) => !failed.has(subject))) this.#tools.wake('changed by us');
  }

  async #postMetadata(signal: AbortSignal): Promise<void> {
    const { settings, openEngine, progress, directory } = this.#tools;
    const { metadata } = mergeWanted(this.#root, [], this.#tree?.pairs ?? []);
    const builder = new PlanBuilder({ kind: 'node', name: settings.node });
    for (const [key, value] of Object.entries(settings.metadata).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const operation: Omit<OperationOf<'put-key'>, 'cause'> = { id: `put ${key}`, kind: 'put-key', subject: settings.node, needs: [], key: `${this.#root}metadata/${key}`, value };
      if (metadata.get(key) !== value) builder.add({ ...operation, cause: metadata.has(key) ? 'it differs' : 'it is not there' });
    }
    const plan = builder.finish();
    if (plan.operations.length === 0) return;
    await applyNode(plan, nothingObserved, await openEngine(), { progress, signal, catalog: directory });
  }

  async #pull(image: ImageSpec, signal: AbortSignal): Promise<void> {
    const platform = await this.#tools.openEngine();
    const { failed, outage } = await applyNode(planPulls({ kind: 'node', name: this.#tools.settings.node }, [image], nothingObserved), nothingObserved, platform, { progress: this.#tools.progress, signal });
    const [error] = failed.values();
    if (outage !== undefined) throw outage;
    if (error !== undefined) throw new Error(error);
  }

  /** Each notice once, and again when it comes back after it was gone. */
  #tell(notices: readonly string[]): void {
    for (const notice of notices) if (!this.#told.has(notice)) this.#tools.warn(notice);
    this.#told.clear();
    for (const notice of notices) this.#told.add(notice);
    this.#tools.status.notices = notices;
  }

  async #stage<T>(failed: StateName, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Interrupted)) this.#tools.status.enter(failed, messageOf(error));
      throw error;
    }
  }

  #isService({ key }: { readonly key: string }): boolean {
    return key.startsWith(`${this.#root}apps/`) || key.startsWith(`${this.#root}services/`);
  }
}

function again(...times: readonly (number | undefined)[]): { readonly againMs?: number } {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? {} : { againMs: Math.max(100, Math.min(...known)) };
}

/** All that is wanted of a service, so that a change of any of it is tried at once: its entry may be what was at fault. */
function fingerprints({ entries }: ResolvedNode): (spec: InstanceSpec) => string {
  const byName = new Map(entries.map((entry) => [entry.name, canonicalJson(entry)]));
  return (spec) => `${specHash(spec)} ${byName.get(spec.key) ?? ''}`;
}

function hostFacts({ platform, view }: Look): HostFacts {
  return gatherHostFacts(platform.engine.address, view.observed.engine, platform.tools.client);
}
