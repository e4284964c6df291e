import type { BalancedRoute } from '../balancer/balancing.ts';
import type { ServiceVersion } from '../services/service.ts';
import { enteredAt, isSwitched } from './advance.ts';
import { DeploySteps } from './deploy-steps.ts';
import type { DeployReader, DeployTools, Pass } from './deploy-tools.ts';
import { Drains } from './drains.ts';
import { isLeaving, leavingSince } from './engine-plan.ts';
import { observeUnits } from './observe-units.ts';
import { splitOrphans } from './orphans.ts';
import { PassMemory } from './pass-memory.ts';
import { Rebalancing, type Rebalanced } from './rebalance.ts';
import { RunningTimes } from './running-times.ts';
import { routesOf } from './service-routes.ts';
import { serviceViews, type ServiceView, type UnderWay } from './service-view.ts';
import { versionName } from './unit.ts';
import { UnitChanges } from './unit-changes.ts';
import { UnitWork } from './unit-work.ts';
import type { Refusal } from './work.ts';

/** That a line of the log has. */
const maxNames = 20;
/** How long a unit without a healthcheck must run. */
const steadyMs = 3000;
const pollMs = 250;
/** Until the units of a service are tried again that could not be made. */
const retryMs = 10_000;

/**
 * Brings the services of the store and the units of the engine together. A deployment enters a state in the store
 * before anything is done for it, so that a server that was killed goes on from what store and engine say. What takes
 * long is done in the background, one plan of a service at a time.
 */
export class DeployPass {
  readonly #tools: DeployTools;
  readonly #times = new RunningTimes(steadyMs);
  readonly #drains = new Drains();
  readonly #changes = new UnitChanges();
  readonly #memory: PassMemory;
  readonly #steps: DeploySteps;
  readonly #rebalancing: Rebalancing;
  readonly #unitWork: UnitWork;
  /** Names of those that were reported. */
  #orphans: ReadonlySet<string> = new Set();
  /** Id of a Swarm service to the service that it is of, also while its tasks stop after its removal. */
  #swarmServices: ReadonlyMap<string, string> = new Map();

  constructor(tools: DeployTools, memory = new PassMemory(tools.wake)) {
    this.#tools = tools;
    this.#memory = memory;
    this.#steps = new DeploySteps(tools, memory.work, (id) => memory.kept.has(id));
    this.#rebalancing = new Rebalancing(tools, this.#drains);
    this.#unitWork = new UnitWork(tools, this.#drains, memory.work);
  }

  /** One pass. Rejects when the engine cannot be asked. */
  async run(engine: DeployReader): Promise<{ readonly againMs?: number }> {
    const { server, clock, onUnits } = this.#tools;
    const now = clock.date();
    const all = await observeUnits(engine, server, this.#times, now);
    const pass: Pass = { engine, ...splitOrphans(all, this.#tools.store), now };
    this.#rememberServices(pass);
    this.#reportOrphans(pass);
    onUnits(this.#changes.since(all.units), all.nodes);
    for (const view of this.#views()) await this.#takeOutcome(view, pass);
    for (const view of this.#views()) await this.#steps.advance(view, pass);
    await this.#balance(pass);
    for (const view of this.#views()) await this.#begin(view, pass);
    this.#forget();
    return this.#pause(now);
  }

  /** Resolves when what is done in the background has ended. */
  async idle(): Promise<void> {
    await this.#memory.work.idle();
  }

  /** Each once: nothing is done for them, and nobody else would say so. */
  #reportOrphans({ orphans }: Pass): void {
    const names = orphans.units.map(({ name }) => name);
    const added = names.filter((name) => !this.#orphans.has(name)).sort();
    this.#orphans = new Set(names);
    if (added.length === 0) return;
    const rest = added.length > maxNames ? ` and ${String(added.length - maxNames)} more` : '';
    this.#tools.warn(
      `no service of the store has the units ${added.slice(0, maxNames).join(', ')}${rest}: ` +
        'they are left alone until a service of their name is deployed',
    );
  }

  #forget(): void {
    const open = this.#tools.store.openDeployments().map(({ id }) => id);
    this.#memory.keepOnly(new Set(this.#views().map(({ service }) => service)), new Set(open));
  }

  #views(): readonly ServiceView[] {
    return serviceViews(this.#tools.store);
  }

  async #takeOutcome({ service, underWay }: ServiceView, pass: Pass): Promise<void> {
    const outcome = this.#memory.work.take(service);
    if (outcome === undefined) return;
    const { refusal, hasKept } = outcome;
    if (underWay !== undefined && hasKept) this.#memory.kept.add(underWay.deployment.id);
    if (refusal === undefined) return;
    await this.#refused({ service, underWay }, refusal, pass);
  }

  /** A deployment fails of what is wrong with its own units; what runs is tried again later. */
  async #refused({ service, underWay }: Refused, { subject, message }: Refusal, pass: Pass): Promise<void> {
    if (underWay !== undefined && isOnTrial(underWay) && isAbout(subject, underWay)) {
      const unit = pass.observed.units.find(({ name }) => name === subject);
      await this.#steps.fail(underWay, { error: message, subject, ...(unit && { unit }) }, pass);
      return;
    }
    this.#memory.retries.set(service, pass.now + retryMs);
    this.#tools.warn(`${service}: ${message}`);
  }

  async #balance(pass: Pass): Promise<void> {
    const views = this.#views();
    const leaving = pass.observed.units.flatMap((unit) => {
      const view = views.find(({ service }) => service === unit.service);
      const isLeft = view !== undefined && isLeaving(unit, view);
      return isLeft ? [[unit.name, leavingSince(view, pass.now)] as const] : [];
    });
    this.#drains.observe(new Map(leaving), pass.now);
    const balanced = await this.#rebalancing.balance(views, pass);
    for (const view of views) await this.#afterBalance(view, balanced, pass);
  }

  /** What is behind no port does not wait for balancers. */
  async #afterBalance({ underWay, running }: ServiceView, balanced: Rebalanced, pass: Pass): Promise<void> {
    if (underWay === undefined || underWay.deployment.error !== undefined) return;
    const { deployment, version } = underWay;
    const routes = this.#routesOf(version);
    const isBehind = routes.length > 0 || (running !== undefined && this.#routesOf(running).length > 0);
    const reason = routes.map(({ hostPort }) => balanced.refused.get(hostPort)).find((text) => text !== undefined);
    const isLate = pass.now >= enteredAt(deployment, deployment.state) + this.#tools.timeoutMs;
    const problem = reason ?? (isLate && isBehind ? balanced.error : undefined);
    if (['starting', 'switching'].includes(deployment.state) && problem !== undefined)
      await this.#steps.fail(underWay, { error: problem }, pass);
    else if (deployment.state === 'switching' && (!isBehind || (balanced.isDone && isSwitched(underWay, pass))))
      await this.#steps.enter(deployment.id, 'draining', pass.now);
  }

  #routesOf({ service, config }: ServiceVersion): readonly BalancedRoute[] {
    return routesOf(service, config, this.#tools.publicPort);
  }

  async #begin(view: ServiceView, pass: Pass): Promise<void> {
    const { service, underWay, removal } = view;
    const isTrial = underWay !== undefined && isOnTrial(underWay);
    if (!isTrial && pass.now < (this.#memory.retries.get(service) ?? 0)) return;
    if (removal !== undefined && this.#isGone(service, pass)) return this.#tools.store.removed(service);
    const isKept = underWay !== undefined && this.#memory.kept.has(underWay.deployment.id);
    const problem = await this.#unitWork.begin(view, pass, isKept);
    if (problem !== undefined) await this.#refused({ service, underWay }, problem, pass);
  }

  /** Also its tasks have stopped, as far as this server has seen whose they were. */
  #isGone(service: string, { observed }: Pass): boolean {
    if (this.#memory.work.isBusy(service) || observed.units.some((unit) => unit.service === service)) return false;
    if (observed.kind === 'engine') return true;
    const isLeaving = observed.leaving.some((id) => this.#swarmServices.get(id) === service);
    return !isLeaving && !observed.services.some(({ of }) => of.service === service);
  }

  #rememberServices({ observed }: Pass): void {
    if (observed.kind === 'engine') return;
    const leaving = observed.leaving.flatMap((id) => {
      const service = this.#swarmServices.get(id);
      return service === undefined ? [] : [[id, service] as const];
    });
    this.#swarmServices = new Map([...leaving, ...observed.services.map(({ id, of }) => [id, of.service] as const)]);
  }

  /** Undefined: nothing is going on that no event would tell. */
  #pause(now: number): { readonly againMs?: number } {
    const isActive = this.#views().some(({ underWay, next, removal }) => underWay ?? next ?? removal);
    if (isActive || this.#drains.units.size > 0) return { againMs: pollMs };
    const later = [...this.#memory.retries.values()].filter((at) => at > now).map((at) => at - now);
    return later.length === 0 ? {} : { againMs: Math.min(...later) };
  }
}

interface Refused {
  readonly service: string;
  readonly underWay?: UnderWay | undefined;
}

function isOnTrial({ deployment }: UnderWay): boolean {
  return deployment.state === 'starting' && deployment.error === undefined;
}

function isAbout(subject: string, { version }: UnderWay): boolean {
  return subject === '' || `${subject}-`.startsWith(`${versionName(version)}-`);
}
