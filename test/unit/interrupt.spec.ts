import { expect } from 'chai';
import { Interrupted } from '../../src/lib/errors.ts';
import { sleep, untilInterrupted } from '../../src/lib/interrupt.ts';

const never = new Promise<never>(() => {});
const caught = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('what is interrupted', () => {
  it('has its outcome while nobody interrupts it', async () => {
    const { signal } = new AbortController();
    expect(await untilInterrupted(Promise.resolve(7), signal)).to.equal(7);
    expect(await caught(untilInterrupted(Promise.reject(new TypeError('x')), signal))).to.be.instanceOf(TypeError);
  });

  it('ends when the signal aborts, before or meanwhile', async () => {
    const abort = new AbortController();
    const [work, pause] = [caught(untilInterrupted(never, abort.signal)), caught(sleep(60_000, abort.signal))];
    abort.abort();
    expect(await work).to.be.instanceOf(Interrupted);
    expect(await pause).to.be.instanceOf(Interrupted);
    expect(await caught(untilInterrupted(never, abort.signal))).to.be.instanceOf(Interrupted);
  });
});
