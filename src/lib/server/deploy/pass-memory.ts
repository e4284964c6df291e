import { BackgroundWork } from './background.ts';
import type { WorkOutcome } from './work.ts';

/** What passes know of earlier ones; none of it outlives the process. */
export class PassMemory {
  readonly work: BackgroundWork<WorkOutcome>;
  /** Ids of deployments whose units the engine starts again from now on. */
  readonly kept = new Set<string>();
  /** By service, when to try again. */
  readonly retries = new Map<string, number>();

  constructor(wake: (reason: string) => void) {
    this.work = new BackgroundWork(wake);
  }

  /** Forgets what is about services that are gone and about deployments that have ended. */
  keepOnly(services: ReadonlySet<string>, openIds: ReadonlySet<string>): void {
    for (const id of this.kept) if (!openIds.has(id)) this.kept.delete(id);
    for (const service of this.retries.keys()) if (!services.has(service)) this.retries.delete(service);
    const pulls = new Set([...openIds].map(pullKey));
    this.work.keepOnly((key) => services.has(key) || pulls.has(key));
  }
}

/** Of the work that pulls the image of a deployment; no service has a space in its name. */
export function pullKey(id: string): string {
  return `pull ${id}`;
}
