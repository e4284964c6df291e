import { expect } from 'chai';
import { applierOn } from '../../../../src/lib/apply/open-engine.ts';
import { NodeAgent } from '../../../../src/lib/daemons/operator/agent.ts';
import { attemptPass, onceCode } from '../../../../src/lib/daemons/operator/one-pass.ts';
import { RunOnce } from '../../../../src/lib/daemons/run-once.ts';
import { resolveSettings } from '../../../../src/lib/daemons/operator/settings.ts';
import { StateLog } from '../../../../src/lib/daemons/state-log.ts';
import { Status } from '../../../../src/lib/daemons/operator/status.ts';
import type { OpenEngine } from '../../../../src/lib/use-cases/open-engine.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { MemoryNodeDirectory } from '../../../support/memory-node-directory.ts';
import { facts } from '../../../support/specs.ts';

const limitMs = 600_000;

describe('an operator that runs once', () => {
  let engine: FakeEngine;
  let directory: MemoryNodeDirectory;
  let clock: FakeClock;
  let said: string[];
  let askedAt: number[];
  let agent: NodeAgent;
  let onePass: RunOnce;

  beforeEach(() => {
    [engine, directory, clock, said, askedAt] = [new FakeEngine(), new MemoryNodeDirectory(), new FakeClock(), [], []];
    const log = new StateLog(
      {
        debug: () => {},
        info: ({ state }: { state: string }) => said.push(state),
        error: ({ state, error }: { state: string; error: string }) => said.push(`${state}: ${error}`),
      },
      ['AttemptingToRecover'],
    );
    const status = new Status('n1', clock, (state, error) => {
      log.entered(state, error);
    });
    const opened = {
      engine,
      owner: { kind: 'node', name: 'n1' },
      baseImagesDirectory: '',
      tools: { applier: applierOn(engine), client: facts.client, keys: undefined, images: undefined },
    } as unknown as OpenEngine;
    agent = new NodeAgent({
      settings: resolveSettings({ flags: { node: 'n1', consul: '10.0.0.5' }, environment: {} }),
      environment: {},
      directory,
      openEngine: async () => opened,
      clock,
      status,
      progress: () => {},
      warn: () => {},
      wake: () => {},
      setChecks: () => {},
    });
    const read = (): ReturnType<typeof directory.read> => {
      askedAt.push(clock.now());
      return directory.read();
    };
    onePass = new RunOnce({
      attempt: (signal) => attemptPass({ agent, status, read }, signal),
      code: onceCode,
      clock,
      backoff: { firstMs: 500, maxMs: 30_000, random: () => 1 },
    });
  });

  function run(): { ended: string | undefined } {
    const result: { ended: string | undefined } = { ended: undefined };
    onePass.run(new AbortController().signal, limitMs).then(
      () => {
        result.ended = 'done';
      },
      (error: unknown) => {
        result.ended = (error as Error).message;
      },
    );
    return result;
  }

  it('asks Consul with growing pauses while it does not answer, logs that once, and fails at its limit', async () => {
    directory.isDown = true;
    const result = run();
    await clock.turn(limitMs - 1);
    expect(result.ended).to.equal(undefined);
    expect(askedAt.slice(0, 8)).to.deep.equal([0, 500, 1500, 3500, 7500, 15_500, 31_500, 61_500]);
    expect(said).to.deep.equal(['ConsulFailed: the directory is down']);
    await clock.turn(1);
    expect(result.ended).to.equal('the directory is down');
    expect(askedAt.length).to.equal(26);
  });

  it('makes its pass when Consul answers again', async () => {
    directory.isDown = true;
    const result = run();
    await clock.turn(10_000);
    directory.isDown = false;
    agent.setLeader(true);
    await clock.turn(5500);
    expect(result.ended).to.equal('done');
    expect(said).to.deep.equal(['ConsulFailed: the directory is down', 'Running']);
  });

  it('stands by until it is the leader, which ends the pause at once', async () => {
    agent.setLeader(false);
    const result = run();
    await clock.turn(40_000);
    expect([result.ended, said]).to.deep.equal([undefined, ['StandingBy']]);
    agent.setLeader(true);
    onePass.wake();
    await clock.turn(0);
    expect([result.ended, said]).to.deep.equal(['done', ['StandingBy', 'Running']]);
  });

  it('fails with the reason when it never becomes the leader', async () => {
    agent.setLeader(false);
    const result = run();
    await clock.turn(limitMs);
    expect(result.ended).to.equal('another operator works on this node');
  });

  it('waits for images, up to its limit', async () => {
    directory.keys.set('_wakeful/nodes/n1/apps/web', '{"image": "web:1", "ports": []}');
    let arrive = (): void => {};
    engine.pullImage = (reference) =>
      new Promise((resolve) => {
        arrive = () => {
          engine.addImage(reference);
          resolve();
        };
      });
    agent.setLeader(true);
    const late = run();
    await clock.turn(limitMs);
    expect(late.ended).to.equal('images are still being pulled');
    const result = run();
    await clock.turn(1000);
    arrive();
    await clock.turn(1000);
    expect(result.ended).to.equal('done');
    expect([...engine.containers.values()].map(({ name, state }) => `${name} ${state}`)).to.deep.equal(['web running']);
  });
});
