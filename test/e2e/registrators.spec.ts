import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { findEtcd, startEtcd, type TestEtcd } from '../support/etcd.ts';
import { ensureTestImage, findTestEngine } from '../support/real-engine.ts';
import { seededRandom } from '../support/random.ts';
import type { TestRegistrator } from '../support/registrator.ts';
import { RegistratorWorld } from '../support/registrator-world.ts';

/** How long the disorder lasts; the whole evidence is 120. */
const seconds = Number(process.env['REGISTRATOR_DISORDER_SECONDS'] ?? '20');
const leaseMs = 5000;
const names = ['a', 'b', 'c'];
const containers = ['c0', 'c1', 'c2', 'c3', 'c4'];

describe('three registrators', function () {
  this.timeout((seconds + 120) * 1000);
  let etcd: TestEtcd;
  let world: RegistratorWorld;
  const random = seededRandom(Number(process.env['SEED'] ?? '1'));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

  before(async function () {
    const program = findEtcd('3.5');
    const engine = await findTestEngine();
    if (program === undefined || engine === undefined) return this.skip();
    await ensureTestImage(engine);
    etcd = await startEtcd(program);
    world = await RegistratorWorld.open(etcd, engine);
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await etcd[Symbol.asyncDispose]();
  });

  it('rules 3 and 4: started, stopped and killed at random, they miss no key for longer than the lease', async () => {
    const alive = new Map<string, TestRegistrator>();
    /** Environment of the containers that run. */
    const running = new Map<string, { readonly shared: string; readonly value?: string }>();
    const valueOf = (name: string): string => `5 of ${name}`;
    const startOne = async (name: string): Promise<void> => {
      const registrator = world.start(name, [], { REGISTRATOR_VALUE: valueOf(name) });
      alive.set(name, registrator);
      await registrator.until(({ state }) => expect(state).to.equal('Running'));
    };
    const end = async (name: string, signal: NodeJS.Signals): Promise<void> => {
      await alive.get(name)?.end(signal);
      alive.delete(name);
    };
    const toggle = async (name: string): Promise<void> => {
      if (running.has(name)) {
        running.delete(name);
        return world.removeContainer(name);
      }
      const shared = `s${String(Math.floor(random() * 2))}`;
      const value = random() < 0.5 ? undefined : String(Math.floor(random() * 9));
      const own = value === undefined ? [] : [`VALUE=${value}`];
      await world.startContainer(name, [`SHARED=${world.root}/${shared}`, ...own]);
      running.set(name, { shared, ...(value === undefined ? {} : { value }) });
    };
    const disorder = async (): Promise<void> => {
      const name = pick(names);
      if (random() < 0.5) await toggle(pick(containers));
      else if (!alive.has(name)) await startOne(name);
      else if (alive.size > 1) await end(name, random() < 0.6 ? 'SIGKILL' : 'SIGTERM');
      await delay(random() * 500);
    };

    await Promise.all(names.map(startOne));
    const gaps = watchGaps(() => [...running].flatMap(([name, { shared }]) => [name, shared]));
    let steps = 0;
    for (const until = performance.now() + seconds * 1000; performance.now() < until; steps += 1) await disorder();
    const longest = await gaps.end();

    const expected: Record<string, string> = {};
    for (const [name, { shared, value }] of running) {
      expected[name] = await world.address(name);
      for (const asked of value === undefined ? [...alive.keys()].map(valueOf) : [value])
        expected[shared] = expected[shared] === undefined || asked < expected[shared] ? asked : expected[shared];
    }
    await world.until((visible) => expect(visible).to.deep.equal(expected), 15_000);
    console.log(
      `      ${String(steps)} steps in ${String(seconds)} s; the longest gap of a key was ${longest.toFixed(0)} ms`,
    );
    expect(longest).to.be.below(leaseMs);
  });

  /** Watches that all keys are there which the containers that run ask for. */
  function watchGaps(desired: () => Iterable<string>): { end(): Promise<number> } {
    const missing = new Map<string, number>();
    let [isOver, longest] = [false, 0];
    const watching = (async () => {
      while (!isOver) {
        const before = new Set(desired());
        const visible = await world.visible();
        const now = performance.now();
        for (const name of [...missing.keys()]) if (!before.has(name) || name in visible) missing.delete(name);
        for (const name of before) {
          if (name in visible) continue;
          missing.set(name, missing.get(name) ?? now);
          longest = Math.max(longest, now - missing.get(name)!);
        }
        await delay(50);
      }
    })();
    return {
      end: async () => {
        isOver = true;
        await watching;
        return longest;
      },
    };
  }
});
