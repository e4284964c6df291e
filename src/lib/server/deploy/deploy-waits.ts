import { HttpError } from '../http/http-error.ts';
import type { ServiceStore } from '../store/service-store.ts';
import { isEnded, type Deployment } from './deployment.ts';

export interface DeployWaitsTools {
  readonly store: ServiceStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long a pull may take, and then the units until they are ready. */
  readonly timeoutMs: number;
  /** Why the engine cannot be used; undefined: it can. */
  readonly problem: () => string | undefined;
}

const maxWaits = 100;
/** While the engine is away, no deployment changes. */
const lookMs = 500;

/** Requests that are answered when their deployment has ended. */
export class DeployWaits {
  readonly #tools: DeployWaitsTools;
  readonly #checks = new Set<() => void>();

  constructor(tools: DeployWaitsTools) {
    this.#tools = tools;
    tools.store.onChange(() => {
      for (const check of this.#checks) check();
    });
  }

  /** Throws with 503 when too many wait. */
  requireRoom(): void {
    if (this.#checks.size >= maxWaits) throw new HttpError(503, `${String(maxWaits)} requests wait for deployments`);
  }

  /**
   * Resolves with the deployment as it ended. Rejects when it is gone, when the signal aborts, or when the engine is
   * away after the time that a deploy may take.
   */
  async ended(id: string, signal: AbortSignal): Promise<Deployment> {
    const { store, now, timeoutMs } = this.#tools;
    const lateAt = now() + timeoutMs;
    let check = (): void => {};
    const timer = setInterval(() => {
      check();
    }, lookMs);
    try {
      return await new Promise<Deployment>((resolve, reject) => {
        check = () => {
          const deployment = store.deployment(id);
          const outage = now() >= lateAt ? this.#tools.problem() : undefined;
          if (signal.aborted) reject(unended(id, 'the server ends; the deploy goes on at its next start'));
          else if (deployment === undefined) reject(new HttpError(500, 'the service was deleted'));
          else if (isEnded(deployment)) resolve(deployment);
          else if (outage !== undefined) reject(unended(id, `the deploy waits for the engine: ${outage}`));
        };
        this.#checks.add(check);
        signal.addEventListener('abort', check, { once: true });
        check();
      });
    } finally {
      clearInterval(timer);
      this.#checks.delete(check);
      signal.removeEventListener('abort', check);
    }
  }
}

/** Where a deployment is shown. */
export function locationOf(id: string): string {
  return `/deployments/${id}`;
}

/** It has not ended, and may yet. */
function unended(id: string, message: string): HttpError {
  const location = locationOf(id);
  return new HttpError(503, `${message}; see ${location}`, { headers: { location } });
}
