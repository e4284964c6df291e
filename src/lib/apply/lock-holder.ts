import { label, type Labels } from '../labels.ts';
import type { ClientFacts } from '../model/host-facts.ts';
import { isStillRunning } from '../observe/processes.ts';
import { parseJson } from '../json.ts';
import type { ApplyContext } from './context.ts';

/** The command that holds a lock, as the lock's label has it. */
export interface LockHolder extends ClientFacts {
  readonly command: string;
  /** ISO 8601, holder's clock. Only shown: no decision compares the clocks of two machines. */
  readonly since: string;
}

/** Undefined for a label that is missing or cannot be read. */
export function parseHolder(labels: Labels): LockHolder | undefined {
  try {
    const holder: unknown = parseJson(labels[label.lockHolder] ?? '');
    return typeof holder === 'object' && holder !== null && 'pid' in holder ? (holder as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}

export function holderText({ user, hostname, pid, since, command }: LockHolder): string {
  return `${user}@${hostname} (pid ${String(pid)}) since ${since}: ${command}`;
}

/** A lease as it was when we saw it change last, on our own clock. */
interface Sighting {
  readonly lease: string;
  readonly atMs: number;
  /** False for the first lease that we saw. */
  readonly isRenewal: boolean;
}

/**
 * Decides whether the holder of a lock is alive. Where its process can be looked at, that decides. Elsewhere only its
 * lease does: it is alive when we have seen a renewal, dead when it has not renewed for the whole lease, and unknown in
 * between.
 */
export class HolderWatch {
  readonly #context: Pick<ApplyContext, 'client' | 'isProcessRunning'>;
  readonly #leaseMs: number;
  #sighting: Sighting | undefined;

  constructor(context: Pick<ApplyContext, 'client' | 'isProcessRunning'>, leaseMs: number) {
    this.#context = context;
    this.#leaseMs = leaseMs;
  }

  async judge(holder: LockHolder | undefined, readLease: () => Promise<string>): Promise<'alive' | 'dead' | 'unknown'> {
    const { client, isProcessRunning } = this.#context;
    const isRunning = holder === undefined ? undefined : isStillRunning(holder, client, isProcessRunning);
    if (isRunning !== undefined) return isRunning ? 'alive' : 'dead';
    const { atMs, isRenewal } = this.#see(await readLease());
    if (performance.now() - atMs > this.#leaseMs) return 'dead';
    return isRenewal ? 'alive' : 'unknown';
  }

  #see(lease: string): Sighting {
    const last = this.#sighting;
    if (last?.lease === lease) return last;
    return (this.#sighting = { lease, atMs: performance.now(), isRenewal: last !== undefined });
  }
}
