import type { EngineReader } from '../engine/engine.ts';
import { EngineUnreachable, messageOf } from '../errors.ts';
import type { OpenEngine } from '../use-cases/open-engine.ts';
import { HttpError } from './http/http-error.ts';
import { isOutage } from './jobs/outcomes.ts';

/** A request is answered within a second, also when the engine is not there: what it asks of that may take so long. */
export const engineLimitMs = 700;

/** The engine for requests. */
export class EngineAccess {
  readonly #open: () => Promise<Pick<OpenEngine, 'engine'>>;

  constructor(open: () => Promise<Pick<OpenEngine, 'engine'>>) {
    this.#open = open;
  }

  /** For what takes as long as it takes, such as a stream. Rejects with 503 when the engine is away. */
  async open(): Promise<EngineReader> {
    return (await this.#open().catch(refuse)).engine;
  }

  /** Rejects with 503 when the engine is away, or the signal aborts first. */
  async ask<T>(work: (engine: EngineReader) => Promise<T>, limit: AbortSignal): Promise<T> {
    return unlessLate(
      this.#open().then(({ engine }) => work(engine)),
      limit,
    ).catch(refuse);
  }
}

/** Rejects when the signal aborts first. */
export async function unlessLate<T>(work: Promise<T>, limit: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = (): void =>
    reject(new EngineUnreachable('the engine has not answered in time', { code: 'ENGINE_UNREACHABLE' }));
  if (limit.aborted) late();
  limit.addEventListener('abort', late, { once: true });
  return Promise.race([work, promise]).finally(() => limit.removeEventListener('abort', late));
}

function refuse(error: unknown): never {
  throw isOutage(error) ? new HttpError(503, inOneLine(messageOf(error))) : error;
}

export function inOneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
}
