import type { DirectoryDenied } from '../../directories/directory-errors.ts';
import { untilInterrupted } from '../../interrupt.ts';
import type { DesiredKey } from '../../model/published-key.ts';
import { keysOfWrites } from '../../plan/keys/claim-keys.ts';
import { planKeys, type KeysPlan } from '../../plan/keys/plan-keys.ts';
import type { OpenEngine } from '../../use-cases/open-engine.ts';
import type { AgentTools } from './agent-tools.ts';
import { applyKeys } from './apply-keys.ts';
import type { HeldLease } from '../hold-lease.ts';
import { Refusals } from './refusals.ts';

export type WriterTools = Pick<AgentTools, 'settings' | 'directory' | 'limits' | 'status' | 'clock' | 'progress'>;

/** What is to be written, and with which lease; without one only to show it. */
export interface WriteRequest {
  readonly keys: readonly DesiredKey[];
  readonly lease: HeldLease | undefined;
  readonly signal: AbortSignal;
}

/** A plan with the keys that it leaves out because they may not be read or written, and why. */
export interface PermittedPlan extends KeysPlan {
  readonly refused: ReadonlyMap<string, DirectoryDenied>;
}

/** What the directory was brought to: as long as all are the same, there is nothing to do. */
interface Settled {
  readonly keys: readonly DesiredKey[];
  readonly lease: HeldLease;
  readonly directory: number;
}

/** Brings the directory to what is desired: plans the difference, and applies the plan. */
export class KeyWriter {
  readonly #tools: WriterTools;
  readonly #refusals = new Refusals();
  #settled: Settled | undefined;

  constructor(tools: WriterTools) {
    this.#tools = tools;
  }

  /** Whether there is certainly nothing to write. */
  isSettled(keys: readonly DesiredKey[], lease: HeldLease): boolean {
    const { mirrors } = this.#tools.directory;
    const { keys: known, lease: held, directory } = this.#settled ?? {};
    return mirrors.isCurrent && known === keys && held === lease && directory === mirrors.version;
  }

  async plan({ keys, lease, signal }: WriteRequest): Promise<PermittedPlan> {
    const { directory, settings, limits, status, clock } = this.#tools;
    const { claimsPrefix, adopt, ttlSeconds } = settings;
    const names = keys.map(({ key }) => key);
    const unread = await untilInterrupted(directory.current(status.name, names), signal);
    const claimed = directory.claimsOf(status.name).map(({ key }) => key);
    this.#refusals.keep(new Set([...names, ...claimed]));
    const refused = new Map([...this.#refusals.at(clock.now()), ...unread]);
    const isPermitted = ({ key }: { readonly key: string }): boolean => !refused.has(key);
    const left = [lease?.lease, lease?.earlier].flatMap((each) => directory.keysOfLease(each));
    const plan = planKeys({
      registrator: status.name,
      claimsPrefix,
      ...(lease === undefined ? {} : { lock: lease.lock, ...(ttlSeconds === 0 ? {} : { lease: lease.lease }) }),
      ...(lease?.earlier === undefined ? {} : { earlier: lease.earlier }),
      adopts: adopt,
      desired: keys.filter(isPermitted),
      claims: directory.claims().filter(isPermitted),
      observed: directory.observed([...names, ...claimed, ...left].filter((key) => !refused.has(key))),
      alone: this.#refusals.alone,
      limits,
    });
    return { ...plan, refused };
  }

  /** False: it has changed meanwhile, so that a new plan is needed. Rejects when the directory does not answer. */
  async apply(plan: PermittedPlan, opened: OpenEngine, { keys, lease, signal }: WriteRequest): Promise<boolean> {
    const { directory, progress, settings, clock } = this.#tools;
    const { version } = directory.mirrors;
    const { isDone, denied } = await applyKeys(plan.plan, opened, { keySpace: directory.mirrors, progress, signal });
    for (const { operation, error } of denied)
      this.#refusals.note(keysOfWrites(settings.claimsPrefix, operation.writes), error, clock.now());
    if (!isDone || plan.plan.operations.length > 0 || plan.refused.size > 0 || lease === undefined) return isDone;
    if (lease.earlier !== undefined) await directory.revoke(lease.earlier, signal);
    this.#settled = { keys, lease, directory: version };
    return true;
  }
}
