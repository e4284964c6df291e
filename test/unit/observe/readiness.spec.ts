import { expect } from 'chai';
import type {
  ContainerDetail,
  EngineReader,
  EngineSessions,
  ExecResult,
  Probe,
} from '../../../src/lib/engine/engine.ts';
import { Conflict } from '../../../src/lib/errors.ts';
import { label } from '../../../src/lib/labels.ts';
import { defaultLimit } from '../../../src/lib/observe/await-healthy.ts';
import { awaitReady } from '../../../src/lib/observe/readiness.ts';

const running: ContainerDetail = {
  id: 'id',
  name: 'demo-web-one',
  image: 'demo/web',
  imageId: 'sha256:1',
  state: 'running',
  status: 'running',
  health: 'starting',
  created: 0,
  labels: { [label.base]: 'debian12' },
  addresses: {},
  ports: [],
  volumes: [],
  pid: 1,
  startedAt: '',
  finishedAt: '',
  outOfMemory: false,
  error: '',
  restartCount: 0,
  tty: false,
  environment: [],
  healthTest: [],
};
const restarting: ContainerDetail = { ...running, state: 'restarting', exitCode: 137, restartCount: 1 };
const back: ContainerDetail = { ...running, restartCount: 1 };
const died = new Conflict('container id is not running', { code: 'CONFLICT' });
const ready: ExecResult = { exitCode: 0, stdout: '', stderr: '' };

/** Each look and each question inside is answered in turn; the last answer stays. */
function engineOf(
  looks: readonly ContainerDetail[],
  inside: readonly (ExecResult | Error)[],
  logs: readonly string[] = [],
): EngineReader & EngineSessions {
  const left = [...looks];
  const answers = [...inside];
  const next = <T>(list: T[]): T => (list.length > 1 ? list.shift()! : list[0]!);
  return {
    inspectContainer: () => Promise.resolve(next(left)),
    exec: () => {
      const answer = next(answers);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    async *logs() {
      for (const text of logs) yield { text };
    },
  } as unknown as EngineReader & EngineSessions;
}

const wait = (engine: EngineReader & EngineSessions, wasRunning: boolean): Promise<unknown> =>
  awaitReady(engine, 'id', { limitSeconds: 5, wasRunning, signal: new AbortController().signal }).then(
    () => 'ready',
    (error: unknown) => (error as Error).message,
  );

describe('ready', () => {
  it('is, after a replacement, what has run for a while where nothing else tells', async () => {
    const bare = { ...running, labels: {} };
    const ended: ContainerDetail = { ...bare, state: 'restarting', exitCode: 1, restartCount: 1 };
    const steady = (engine: EngineReader & EngineSessions): Promise<unknown> =>
      awaitReady(engine, 'id', {
        limitSeconds: 5,
        wasRunning: false,
        steadySeconds: 0.01,
        signal: new AbortController().signal,
      }).then(
        () => 'ready',
        (error: unknown) => (error as Error).message,
      );
    expect(await steady(engineOf([bare], []))).to.equal('ready');
    const restarted = 'demo-web-one is restarting, exit code 1, restarted once';
    expect(await steady(engineOf([bare, ended], []))).to.equal(restarted);
    expect(await steady(engineOf([bare, { ...back, labels: {} }], []))).to.match(/has ended, and was restarted once$/);
  });

  it('is what the engine has brought back, when it ran before', async () => {
    expect(await wait(engineOf([restarting, restarting, back], [ready]), true)).to.equal('ready');
  });

  it('is what died only after it was looked at, and came back', async () => {
    expect(await wait(engineOf([running, restarting, restarting, back], [died, ready]), true)).to.equal('ready');
  });

  it('is not what dies twice', async () => {
    expect(
      await wait(
        engineOf(
          [running, restarting, { ...restarting, restartCount: 1 }, back, { ...restarting, restartCount: 2 }],
          [died],
        ),
        true,
      ),
    ).to.contain('restarted 2 times');
  });

  it('is not what was only started and died once', async () => {
    expect(await wait(engineOf([running, restarting, back], [died, ready]), false)).to.equal(
      'demo-web-one is restarting, exit code 137, restarted once',
    );
  });

  it('fails with the reason that was told inside, also when the container has ended by now', async () => {
    const told: ExecResult = { exitCode: 1, stdout: 'entrypoint web.sh ended with status 1\n', stderr: '' };
    expect(await wait(engineOf([running, restarting], [told]), false)).to.equal(
      'demo-web-one: entrypoint web.sh ended with status 1',
    );
  });

  it('fails with how it ended when the check inside was ended by that and said nothing', async () => {
    const killed: ExecResult = { exitCode: 137, stdout: '', stderr: '' };
    const ended: ContainerDetail = { ...running, state: 'exited', exitCode: 2 };
    expect(await wait(engineOf([running, running, ended], [killed]), false)).to.equal(
      'demo-web-one is exited, exit code 2',
    );
    expect(await wait(engineOf([running, running, back], [killed]), false)).to.equal(
      'demo-web-one has ended, and was restarted once',
    );
  });

  it('fails with a reason when the check inside ended without one, and all runs', async () => {
    const silent: ExecResult = { exitCode: 137, stdout: '', stderr: '' };
    expect(await wait(engineOf([running], [silent]), false)).to.match(
      /^demo-web-one: its readiness could not be checked: .*await-ready ended with exit code 137 without output$/,
    );
  });

  describe('with a healthcheck of its own', () => {
    const checked: ContainerDetail = { ...running, healthTest: ['CMD', 'true'] };
    const waitFor = (detail: ContainerDetail): Promise<unknown> =>
      awaitReady(engineOf([detail], []), 'id', {
        limitSeconds: 0.01,
        wasRunning: false,
        signal: new AbortController().signal,
      }).catch((error: unknown) => (error as Error).message);

    it('fails with what the last probe said, or how it ended', async () => {
      const unhealthy = { ...checked, health: 'unhealthy' } as const;
      const fails = async (lastProbe: Probe): Promise<unknown> => waitFor({ ...unhealthy, lastProbe });
      expect(await fails({ exitCode: 1, output: 'no answer\n' })).to.equal('demo-web-one is unhealthy: no answer');
      expect(await fails({ exitCode: 7, output: '' })).to.equal(
        'demo-web-one is unhealthy: its healthcheck ended with exit code 7 and printed nothing',
      );
    });

    it('says that no probe has ended only when none has', async () => {
      expect(await waitFor(checked)).to.contain('no probe of its healthcheck has ended yet');
      expect(await waitFor({ ...checked, lastProbe: { exitCode: 1, output: '' } })).to.equal(
        'demo-web-one is not healthy after 0.01 s: its healthcheck ended with exit code 1 and printed nothing',
      );
    });

    it('has a minute after its start period and its first interval', () => {
      expect(defaultLimit({ ...checked, healthStartSeconds: 90, healthIntervalSeconds: 5 })).to.equal(155);
      expect(defaultLimit(checked)).to.equal(90);
    });
  });

  describe('of a job', () => {
    const waitFor = (looks: readonly ContainerDetail[], limitSeconds?: number): Promise<unknown> =>
      awaitReady(engineOf(looks, []), 'id', {
        limitSeconds,
        wasRunning: false,
        until: 'completed',
        signal: new AbortController().signal,
      }).then(
        () => 'ready',
        (error: unknown) => (error as Error).message,
      );
    const ended = (exitCode: number): ContainerDetail => ({ ...running, state: 'exited', exitCode });

    it('is its end with exit code 0', async () => {
      expect(await waitFor([running, ended(0)])).to.equal('ready');
      expect(await waitFor([running, ended(3)])).to.equal('demo-web-one is exited, exit code 3');
    });

    it('has a limit', async () => {
      expect(await waitFor([running], 0.01)).to.equal('demo-web-one has not completed after 0.01 s');
    });
  });

  it('fails with the reason in its last lines when it ended before it could be asked', async () => {
    const lines = [
      'hello',
      'dockerops: entrypoint /entrypoints/web.sh ended with status 1; its output, also in /var/log/x:',
      'line 3: TITLE: is not set',
    ];
    expect(await wait(engineOf([restarting], [died], lines), false)).to.equal(
      'demo-web-one: entrypoint web.sh ended with status 1',
    );
  });
});
