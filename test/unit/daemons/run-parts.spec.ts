import { expect } from 'chai';
import { once } from 'node:events';
import { runParts } from '../../../src/lib/daemons/run-parts.ts';

describe('the parts of a daemon', () => {
  const endless = async (signal: AbortSignal): Promise<void> => {
    if (!signal.aborted) await once(signal, 'abort');
  };

  it('run until the signal aborts', async () => {
    const stop = new AbortController();
    const running = runParts([endless, endless], stop.signal);
    stop.abort();
    await running;
  });

  it('stop with the first one that breaks, and its error is thrown', async () => {
    const broken = async (): Promise<void> => {
      throw new Error('a bug');
    };
    const failure = await runParts([endless, broken], new AbortController().signal).catch((error: unknown) => error);
    expect(String(failure)).to.equal('Error: a bug');
  });
});
