import { setTimeout as delay } from 'node:timers/promises';
import type { EngineReader, EngineSessions, ExecSession } from '../../engine/engine.ts';
import type { Operation } from '../../plan/operation.ts';
import type { ChangeContext } from '../apply-plan.ts';
import { isTerminal, relay, type Streams } from './terminal-session.ts';

type Sessions = Pick<EngineReader, 'inspectContainer'> & Pick<EngineSessions, 'attach'>;

export type SessionEnd = { readonly key: string; readonly what: string } & (
  { readonly state: 'ended'; readonly exitCode: number } | { readonly state: 'left' }
);

const maxChecks = 20;
const pauseMs = 100;

/**
 * Attaches the terminal to an interactive instance that a run creates: before it starts, so that no output is lost. The
 * user gets the terminal when the run is done. Without a terminal nothing is attached.
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

  /** Context for a run whose interactive instance is to be attached. */
  attaching(context: ChangeContext): ChangeContext {
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
   * Gives the terminal to the user until the shell ends or the user detaches (Ctrl-P Ctrl-Q). Undefined if nothing is
   * attached.
   */
  async handOver(): Promise<SessionEnd | undefined> {
    if (this.#open === undefined) return undefined;
    const { session, container, key, what } = this.#open;
    await relay({ ...session, exitCode: () => Promise.resolve(0) }, true, this.#streams);
    session.stdin.destroy();
    if (await this.#isRunning(container)) return { key, what, state: 'left' };
    return { key, what, state: 'ended', exitCode: await session.exitCode() };
  }

  /** For a run that failed. */
  close(): void {
    this.#open?.session.stdin.destroy();
    this.#open = undefined;
  }

  /** The stream of a process closes a moment before the engine reports that its container has exited. */
  async #isRunning(container: string): Promise<boolean> {
    for (let check = 0; check < maxChecks; check += 1) {
      if ((await this.#engine.inspectContainer(container)).state !== 'running') return false;
      await delay(pauseMs);
    }
    return true;
  }
}
