import type { EngineEvent, EngineReader, LabelFilter } from '../engine/engine.ts';
import { EngineUnreachable, Interrupted } from '../errors.ts';
import { sleep } from '../interrupt.ts';

const retryMs = 500;

export interface StartWatch {
  readonly labels: LabelFilter;
  readonly signal: AbortSignal;
  /** How long the engine may be unreachable. */
  readonly awayLimitMs: number;
  readonly notice: (text: string) => void;
  /** The events come from now on. */
  readonly onOpen: () => void;
  readonly onStart: (event: EngineEvent) => Promise<void>;
  /** The events come again, after some may have been missed. */
  readonly onReopen: () => Promise<void>;
}

/** Watches containers start. Waits for an engine that restarts; rejects when it stays away, or was never reached. */
export async function watchStarts(engine: EngineReader, watch: StartWatch): Promise<void> {
  const state: { isOpen: boolean; awaySince: number | undefined } = { isOpen: false, awaySince: undefined };
  const opened = async (): Promise<void> => {
    if (state.isOpen) await watch.onReopen();
    else watch.onOpen();
    state.isOpen = true;
    state.awaySince = undefined;
  };
  for (;;) {
    try {
      return await watchOnce(engine, watch, opened);
    } catch (error) {
      if (!(error instanceof EngineUnreachable) || !state.isOpen || watch.signal.aborted) throw error;
      if (state.awaySince === undefined) watch.notice('the engine does not answer; waiting for it');
      state.awaySince ??= performance.now();
      if (performance.now() - state.awaySince > watch.awayLimitMs) throw error;
      await sleep(retryMs, watch.signal).catch((cause: unknown) => {
        if (!(cause instanceof Interrupted)) throw cause;
      });
    }
  }
}

async function watchOnce(
  engine: EngineReader,
  { labels, signal, onStart }: StartWatch,
  opened: () => Promise<void>,
): Promise<void> {
  for await (const event of engine.events(labels, signal)) {
    if (event.type === 'stream') await opened();
    if (event.type === 'container' && event.action === 'start') await onStart(event);
  }
  await opened();
}
