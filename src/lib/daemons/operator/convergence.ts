import { nothingObserved } from '../../observe/observe.ts';
import { planNode, planPulls, type NodePlan } from '../../plan/node/plan-node.ts';
import type { ImageSpec } from '../../model/desired.ts';
import type { ObservedService } from '../../model/service-entry.ts';
import { withGrace } from '../grace.ts';
import type { AgentTools } from './agent-tools.ts';
import type { DirectoryMemory } from './directory-memory.ts';
import { ImagePulls } from './image-pulls.ts';
import { lookAtNode, planFrom, type Look } from './look-at-node.ts';
import { NodeViewer } from './node-view.ts';
import { applyNode, isOutage } from './normalize.ts';
import { keptNames, planDue } from './plan-due.ts';
import { ServiceMemory, touchedBy, type Done } from './service-memory.ts';
import { serviceStatuses } from './service-statuses.ts';
import type { DesiredState } from './desired-state.ts';

/** A plan with what keeps services out of it. */
export type Preview = NodePlan & { readonly notices: readonly string[] };

const attempts = 3;
/** Who is told to end in the middle of a replacement makes the new container first. */
const graceMs = 20_000;

/** Brings the engine to what is wanted: looks, plans and applies, anew when the engine changed under it. Fetches images beside that. */
export class Convergence {
  readonly services: ServiceMemory;
  readonly pulls: ImagePulls;
  readonly #tools: AgentTools;
  readonly #directory: DirectoryMemory;
  readonly #viewer = new NodeViewer();
  /** The directory could not be asked; containers are seen to all the same. */
  readonly #onOutage: (error: unknown) => void;

  constructor(tools: AgentTools, directory: DirectoryMemory, onOutage: (error: unknown) => void) {
    this.#tools = tools;
    this.#directory = directory;
    this.#onOutage = onOutage;
    this.services = new ServiceMemory(tools.clock, tools.setChecks);
    this.pulls = new ImagePulls({
      clock: tools.clock,
      pull: (image, signal) => this.#pull(image, signal),
      onEnd: () => {
        tools.wake('image');
      },
    });
  }

  /** `complete`: what is not wanted goes. */
  async run(wanted: DesiredState, complete: boolean, signal: AbortSignal): Promise<void> {
    const { status } = this.#tools;
    for (let attempt = 1; ; attempt += 1) {
      const look = await status.during('FetchingNodeStateFailed', () => this.#look(wanted));
      const isStale = await status.during('NormalizingFailed', () => this.#apply(look, complete, signal));
      if (!isStale) return;
      if (attempt === attempts) throw new Error('the engine keeps changing under the operator');
    }
  }

  /** What it would do, and nothing of it done. */
  async preview(wanted: DesiredState): Promise<Preview> {
    const look = await this.#look(wanted);
    const { resolved, registered, view } = look;
    const problems = [...wanted.unread, ...resolved.problems].flatMap(([name, found]) =>
      found.map(({ where, message }) => `${name}: ${where ?? ''}: ${message}`),
    );
    const undecided = [...resolved.undecided].map(
      ([name, { reference }]) => `${name}: which ports it has is known when the image ${reference} is there`,
    );
    const node = {
      desired: resolved.desired,
      entries: resolved.entries,
      keep: keptNames(look, new Map()),
      ...(registered === undefined ? {} : { registered }),
    };
    const found = await planFrom(look, this.#tools, (facts) => planNode(node, view.observed, facts));
    return { ...found, notices: [...wanted.notices, ...problems, ...undecided] };
  }

  /** Until something that failed is tried again. */
  nextMs(): readonly (number | undefined)[] {
    return [this.services.retries.nextMs(), this.pulls.nextMs()];
  }

  async #look(wanted: DesiredState): Promise<Look> {
    return lookAtNode(wanted, {
      tools: this.#tools,
      viewer: this.#viewer,
      directory: this.#directory,
      observedServices: () => this.#observedServices(),
    });
  }

  async #observedServices(): Promise<readonly ObservedService[] | undefined> {
    try {
      return await this.#directory.services();
    } catch (error) {
      if (!isOutage(error)) throw error;
      this.#onOutage(error);
      return undefined;
    }
  }

  async #apply(look: Look, complete: boolean, signal: AbortSignal): Promise<boolean> {
    const { directory, progress, clock } = this.#tools;
    const planned = await planFrom(look, this.#tools, (facts) =>
      planDue(look, this.services.isDue(look.resolved), complete, facts),
    );
    this.pulls.want([...planned.waiting.values()], signal);
    const { isStale, failed, outage } = await withGrace(signal, graceMs, clock, (late) =>
      applyNode(planned.plan, look.view.observed, look.opened, { progress, signal: late, catalog: directory }),
    );
    this.services.noteFailures(look.resolved, failed);
    if (outage !== undefined) throw outage;
    if (!isStale) this.#settle({ ...look, ...planned, failed });
    return isStale;
  }

  #settle(done: Done): void {
    this.services.settle(done);
    this.#tools.status.services = serviceStatuses({ ...done, retries: this.services.retries, pulls: this.pulls });
    // What failed is no change: it would call for itself again and again.
    if ([...touchedBy(done)].some((subject) => !done.failed.has(subject))) this.#tools.wake('changed by us');
  }

  async #pull(image: ImageSpec, signal: AbortSignal): Promise<void> {
    const { openEngine, settings, progress } = this.#tools;
    const plan = planPulls({ kind: 'node', name: settings.node }, [image], nothingObserved);
    const { failed, outage } = await applyNode(plan, nothingObserved, await openEngine(), { progress, signal });
    const [error] = failed.values();
    if (outage !== undefined) throw outage;
    if (error !== undefined) throw new Error(error);
  }
}
