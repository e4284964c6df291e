import { setTimeout as delay } from 'node:timers/promises';
import type { EngineReader, EngineSessions, ExecSession } from '../../engine/engine.ts';
import type { Operation } from '../../plan/operation.ts';
import type { ChangeContext } from '../apply-plan.ts';
import { isTerminal, relay, type Streams } from './terminal-session.ts';

type Sessions = Pick<EngineReader, 'inspectContainer'> & Pick<EngineSessions, 'attach'>;

export type SessionEnd = { readonly key: string; readonly what: string } & (
  { readonly state: 'ended'; readonly exitCode: number } | { readonly state: 'left' }
);

const looks = 20;
const lookMs = 100;

/**
 * The terminal of an interactive instance that a run makes: connected before it starts, so that nothing of what it says
 * is missed, and handed over when the run is done. Where there is no terminal, the instance waits with its own.
 */
export class InteractiveSession {
  readonly #engine: Sessions;
  readonly #streams: Streams;
  #open:
    | { readonly session: ExecSession; readonly container: string; readonly key: string; readonly what: string }
    | undefined;

  constructor(engine: Sessions, streams: Streams) {
    this.#engine = engine;
    this.#streams = streams;
  }

  /** The context of a run whose interactive instance is to be connected. */
  joining(context: ChangeContext): ChangeContext {
    const afterOperation = async (operation: Operation): Promise<void> => {
      if (
        operation.kind === 'create-container' &&
        operation.spec.runtime.interactive === true &&
        isTerminal(this.#streams)
      ) {
        const { container, key, service, instance } = operation.spec;
        this.#open?.session.stdin.destroy();
        this.#open = {
          session: await this.#engine.attach(container, true),
          container,
          key,
          what: `${service},instance=${instance}`,
        };
      }
      await context.hooks?.afterOperation?.(operation);
    };
    return { ...context, hooks: { ...context.hooks, afterOperation } };
  }

  /**
   * Hands the terminal over until the shell ends or the user detaches (Ctrl-P Ctrl-Q); undefined: nothing is connected.
   */
  async serve(): Promise<SessionEnd | undefined> {
    if (this.#open === undefined) return undefined;
    const { session, container, key, what } = this.#open;
    await relay({ ...session, exitCode: () => Promise.resolve(0) }, true, this.#streams);
    session.stdin.destroy();
    if (await this.#isRunning(container)) return { key, what, state: 'left' };
    return { key, what, state: 'ended', exitCode: await session.exitCode() };
  }

  /** A run that failed hands over nothing. */
  close(): void {
    this.#open?.session.stdin.destroy();
    this.#open = undefined;
  }

  /** The stream of a process that ended is closed a moment before the engine says so of its container. */
  async #isRunning(container: string): Promise<boolean> {
    for (let look = 0; look < looks; look += 1) {
      if ((await this.#engine.inspectContainer(container)).state !== 'running') return false;
      await delay(lookMs);
    }
    return true;
  }
}
