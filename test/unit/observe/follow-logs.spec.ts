import { expect } from 'chai';
import { followInstanceLogs } from '../../../src/lib/observe/follow-logs.ts';
import type { LogQuery } from '../../../src/lib/observe/instance-logs.ts';
import { LineQueue } from '../../../src/lib/observe/line-queue.ts';
import type { InstanceLine } from '../../../src/lib/observe/merge-logs.ts';
import { Conflict, EngineError, EngineUnreachable } from '../../../src/lib/errors.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { plainContainer } from '../../support/plain-container.ts';

describe('following logs', () => {
  let engine: FakeEngine;
  let abort: AbortController;

  beforeEach(() => {
    engine = new FakeEngine();
    engine.addImage('x');
    abort = new AbortController();
  });
  afterEach(() => abort.abort());

  /** A container that says a word whenever it starts, and ends. */
  async function create(key: string, word: string): Promise<string> {
    const config = plainContainer('x', {
      command: ['echo', word],
      labels: { key },
      network: { mode: 'none' },
    });
    return (await engine.createContainer(key, config)).id;
  }

  async function start(id: string): Promise<void> {
    engine.now += 1;
    await engine.startContainer(id);
  }

  function follow(query: LogQuery = {}): AsyncGenerator<InstanceLine> {
    return followInstanceLogs(engine, {
      query,
      labels: {},
      keyOf: (labels) => (labels['key'] === 'other' ? undefined : labels['key']),
      signal: abort.signal,
    });
  }

  async function next(lines: AsyncGenerator<InstanceLine>): Promise<string> {
    const result = await lines.next();
    return result.done === true ? 'end' : `${result.value.key}: ${result.value.text}`;
  }

  it('tells what was there, then each start of an instance and of those that come, and no line twice', async () => {
    const one = await create('one', 'hello');
    await start(one);
    const lines = follow();
    expect(await next(lines)).to.equal('one: hello');
    await start(one);
    expect(await next(lines)).to.equal('one: hello');
    await engine.removeContainer(one);
    await start(await create('one', 'replaced'));
    expect(await next(lines)).to.equal('one: replaced');
    await start(await create('other', 'not meant'));
    await start(await create('two', 'new'));
    expect(await next(lines)).to.equal('two: new');
  });

  it('does not tell what somebody started from a commit of an instance, though that has its labels', async () => {
    const labels = {
      'dockerops.project': 'demo',
      'dockerops.kind': 'instance',
      'dockerops.service': 'web',
      'dockerops.instance': 'one',
      'dockerops.spec': '{}',
    };
    engine.addImage('dbg', labels);
    const make = async (name: string, image: string): Promise<string> =>
      (
        await engine.createContainer(
          name,
          plainContainer(image, { command: ['echo', name], labels, network: { mode: 'none' } }),
        )
      ).id;
    await start(await make('copied_before', 'dbg'));
    const own = await make('demo-web-one', 'x');
    await start(own);
    const lines = followInstanceLogs(engine, {
      query: {},
      labels: {},
      keyOf: ({ 'dockerops.service': service }) => service,
      signal: abort.signal,
    });
    expect(await next(lines)).to.equal('web: demo-web-one');
    await start(await make('copied_later', 'dbg'));
    await start(await make('renamed', 'x'));
    expect(await next(lines)).to.equal('web: renamed');
  });

  it('goes on where the last line was, also when none of those before was wanted', async () => {
    const one = await create('one', 'hello');
    await start(one);
    const lines = follow({ tail: 0 });
    const first = next(lines);
    await eventually(() => expect(engine.calls).to.deep.include({ method: 'logs', subject: one }));
    await start(await create('two', 'new'));
    expect(await first).to.equal('two: new');
    await start(one);
    expect(await next(lines)).to.equal('one: hello');
    // The first "hello" was not wanted, and does not come now.
    await start(await create('three', 'newer'));
    expect(await next(lines)).to.equal('three: newer');
  });

  it('reads once more when an instance starts again before its follower has come to its end', async () => {
    const one = await create('one', 'hello');
    const lines = follow();
    const first = next(lines);
    await eventually(() => expect(engine.calls).to.deep.include({ method: 'listContainers', subject: '' }));
    const gate = Promise.withResolvers<undefined>();
    const read = engine.logs.bind(engine);
    let reads = 0;
    // The second read of the first round has seen its end, and is not done yet.
    engine.logs = async function* (id, query) {
      reads += 1;
      const isSecond = reads === 2;
      yield* read(id, query);
      if (isSecond) await gate.promise;
    };
    await start(one);
    expect(await first).to.equal('one: hello');
    await eventually(() => expect(reads).to.equal(2));
    await start(one);
    gate.resolve(undefined);
    expect(await next(lines)).to.equal('one: hello');
  });

  it('goes on when a container is being removed while it is read', async () => {
    const one = await create('one', 'hello');
    await start(one);
    const lines = follow();
    expect(await next(lines)).to.equal('one: hello');
    engine.failNext('logs', 1, new Conflict('it is marked for removal', { code: 'CONFLICT' }));
    await start(one);
    await start(await create('two', 'new'));
    expect([await next(lines), await next(lines)]).to.deep.equal(['one: hello', 'two: new']);
    await start(await create('three', 'newer'));
    expect(await next(lines)).to.equal('three: newer');
  });

  it('leaves out what does not match', async () => {
    const lines = follow({ grep: /^y/u });
    const first = next(lines);
    await start(await create('one', 'no'));
    await start(await create('two', 'yes'));
    expect(await first).to.equal('two: yes');
  });

  it('ends quietly when the signal aborts', async () => {
    const lines = follow();
    const first = next(lines);
    abort.abort();
    expect(await first).to.equal('end');
  });

  describe('of an engine that goes away', () => {
    const gone = (): EngineUnreachable => new EngineUnreachable('gone', { code: 'ENGINE_UNREACHABLE' });
    let leave: (error: Error) => void;
    const told: string[] = [];

    /** Its streams of events end with what `leave` is given. */
    function followRestarting(awayLimitMs: number): AsyncGenerator<InstanceLine> {
      const events = engine.events.bind(engine);
      engine.events = async function* (labels, signal, actions) {
        const stream = events(labels, signal, actions)[Symbol.asyncIterator]();
        const left = new Promise<never>((_, reject) => {
          leave = reject;
        });
        left.catch(() => {});
        for (;;) {
          const result = await Promise.race([stream.next(), left]);
          if (result.done === true) return;
          yield result.value;
        }
      };
      return followInstanceLogs(engine, {
        query: {},
        labels: {},
        keyOf: (labels) => labels['key'],
        signal: abort.signal,
        awayLimitMs,
        notice: (text) => told.push(text),
      });
    }

    beforeEach(() => {
      told.length = 0;
    });

    it('goes on when it is back, with what was started meanwhile', async () => {
      const one = await create('one', 'hello');
      await start(one);
      const lines = followRestarting(60_000);
      expect(await next(lines)).to.equal('one: hello');
      const following = next(lines);
      await eventually(() => {
        leave(gone());
        expect(told).to.include('the engine answers again');
      });
      await start(await create('two', 'after'));
      expect(await following).to.equal('two: after');
      expect(told[0]).to.equal('the engine does not answer; waiting for it');
    });

    it('ends with an error when it stays away', async () => {
      await start(await create('one', 'hello'));
      const lines = followRestarting(0);
      await next(lines);
      const following = next(lines).catch((error: unknown) => (error as Error).message);
      engine.failNext('events', 5, gone());
      await eventually(() => {
        leave(gone());
        expect(told).to.have.length(1);
      });
      expect(await following).to.equal('gone');
    });
  });

  it('tells when the engine goes away', async () => {
    engine.failNext('listContainers', 1, new EngineError('gone', { code: 'GONE' }));
    expect(await next(follow()).catch((error: unknown) => (error as Error).message)).to.equal('gone');
  });
});

describe('a queue of lines', () => {
  const line = (second: number): InstanceLine => ({
    key: 'a',
    stream: 'stdout',
    time: new Date(second * 1000).toISOString(),
    text: String(second),
  });

  it('gives lines that come together in the order of their times, and fails after them', async () => {
    const queue = new LineQueue(new AbortController().signal);
    for (const second of [3, 1, 2]) await queue.push(line(second));
    queue.fail(new Error('broken'));
    const lines = queue.lines();
    const texts = [await lines.next(), await lines.next(), await lines.next()].map(
      ({ value }) => (value as InstanceLine).text,
    );
    expect(texts).to.deep.equal(['1', '2', '3']);
    expect(await lines.next().catch((error: unknown) => (error as Error).message)).to.equal('broken');
  });

  it('makes a fast writer wait for its reader, and loses nothing', async () => {
    const abort = new AbortController();
    const queue = new LineQueue(abort.signal);
    let pushed = 0;
    const writing = (async () => {
      for (let second = 0; second < 5000; second += 1) {
        await queue.push(line(second));
        pushed += 1;
      }
    })();
    await new Promise(setImmediate);
    expect(pushed).to.equal(2000);
    const lines = queue.lines();
    for (let second = 0; second < 5000; second += 1)
      expect(((await lines.next()).value as InstanceLine).text).to.equal(String(second));
    await writing;
    abort.abort();
    expect((await lines.next()).done).to.equal(true);
  });
});
