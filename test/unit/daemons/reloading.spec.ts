import { expect } from 'chai';
import { once } from 'node:events';
import { Reloading, replaced, type Daemon } from '../../../src/lib/daemons/reloading.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { eventually } from '../../support/eventually.ts';

describe('a daemon whose settings are read again', () => {
  const events: string[] = [];
  let stop: AbortController;
  const log = {
    info: () => {},
    error: (_fields: unknown, text: string) => void events.push(text),
  } as unknown as ConstructorParameters<typeof Reloading>[2];

  beforeEach(() => {
    events.length = 0;
    stop = new AbortController();
  });

  function daemon(name: string): Daemon {
    return {
      run: async (signal, onStarted) => {
        onStarted();
        events.push(`${name} starts`);
        if (!signal.aborted) await once(signal, 'abort');
        events.push(`${name} ends`);
      },
    };
  }
  const failing = (message: string): Promise<never> => Promise.reject(new UserError(message, { code: 'X' }));
  const seen = (text: string): Promise<unknown> => eventually(() => expect(events).to.include(text));

  it('ends, and one with the new settings takes its place', async () => {
    const reloading = new Reloading(daemon('first'), async () => daemon('second'), log);
    const running = reloading.run(stop.signal);
    reloading.reload();
    await seen('second starts');
    stop.abort();
    await running;
    expect(events).to.deep.equal(['first starts', 'first ends', 'second starts', 'second ends']);
  });

  it('learns that it is replaced, and not stopped', async () => {
    const reasons: unknown[] = [];
    const first: Daemon = {
      run: async (signal) => {
        await once(signal, 'abort');
        reasons.push(signal.reason === replaced);
      },
    };
    const reloading = new Reloading(first, async () => first, log);
    const running = reloading.run(stop.signal);
    stop.abort();
    await running;
    stop = new AbortController();
    const other = new Reloading(first, async () => daemon('second'), log);
    const runningOther = other.run(stop.signal);
    other.reload();
    await seen('second starts');
    stop.abort();
    await runningOther;
    expect(reasons).to.deep.equal([false, true]);
  });

  it('runs on when it has taken the new settings itself', async () => {
    const taken = Promise.withResolvers<void>();
    const reloading = new Reloading(
      daemon('first'),
      async (current) => {
        setImmediate(taken.resolve);
        return current;
      },
      log,
    );
    const running = reloading.run(stop.signal);
    reloading.reload();
    await taken.promise;
    expect(events).to.deep.equal(['first starts']);
    stop.abort();
    await running;
  });

  it('goes on as it is when they are wrong', async () => {
    const reloading = new Reloading(daemon('first'), () => failing('wrong'), log);
    const running = reloading.run(stop.signal);
    reloading.reload();
    await seen('the settings are wrong: keeping the earlier ones');
    expect(events).to.not.include('first ends');
    stop.abort();
    await running;
  });

  it('goes back to the earlier ones when it cannot start with them, as on a port in use', async () => {
    const second: Daemon = { run: () => failing('the port is in use') };
    const reloading = new Reloading(daemon('first'), async () => second, log);
    const running = reloading.run(stop.signal);
    reloading.reload();
    await eventually(() => expect(events.filter((event) => event === 'first starts')).to.have.length(2));
    stop.abort();
    await running;
    expect(events).to.include('cannot start with the new settings: going back to the earlier ones');
  });

  it('fails when it fails later, or at its first start', async () => {
    const later: Daemon = {
      run: async (_signal, onStarted) => {
        onStarted();
        await failing('a part broke');
      },
    };
    for (const broken of [later, { run: () => failing('the port is in use') }]) {
      const failure = await new Reloading(broken, () => failing(''), log)
        .run(stop.signal)
        .catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(UserError);
    }
  });
});
