import { expect } from 'chai';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { label } from '../../src/lib/labels.ts';
import { dockerExec } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import { Playground } from '../support/playground.ts';
import { RunningCommand } from '../support/running-command.ts';
import { Terminal } from '../support/terminal.ts';

/** Says when it runs, and writes down the signal that it gets. */
const program = `for name in INT TERM HUP; do trap "echo $name > /tmp/got; exit 9" $name; done
rm -f /tmp/got; touch /tmp/runs; while :; do sleep 0.1; done`;
const sessions = ['exec', 'ssh'] as const;

describe('signals', function () {
  this.timeout(180_000);
  const playground = new Playground('signals');
  const container = `${playground.project}-db-one`;
  const state = async (): Promise<string> => (await playground.engine.inspectContainer(container)).state;

  before(async () => {
    await playground.open();
    await playground.write({
      'services/db/Dockerfile': 'FROM dockerops/dockerops-base\nCOPY trap /opt/trap\nRUN mkdir -p /data\n',
      'services/db/trap': program,
      'run.conf': '[{"service": "db", "instance": "one", "persistent_data": true, "stop_grace_period": "1s"}]',
    });
    const run = await playground.run(['run:all', '--yes']);
    expect(run.code, run.stderr).to.equal(0);
    // Long enough to be interrupted, and no space on the disk.
    await dockerExec(container, ['truncate', '-s', '512M', '/data/large']);
  });
  after(() => playground.close());

  describe('during a backup', () => {
    const output = (): string => join(playground.directory, 'x.tar.gz');

    async function left(): Promise<readonly string[]> {
      return (await readdir(playground.directory)).filter((name) => name.startsWith('x.tar.gz'));
    }

    async function untilPaused(): Promise<void> {
      await eventually(async () => expect(await state()).to.equal('paused'));
      await eventually(async () => expect(await left()).to.have.length(1));
    }

    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      it(`${name} to the process group counts once: the instance runs again and no file is left`, async () => {
        const backup = new RunningCommand(playground, ['backup', 'db', '--output', output()]);
        await untilPaused();
        backup.signalGroup(name);
        backup.signal(name);
        expect(await backup.end(), backup.errors).to.equal(130);
        expect([await state(), await left()]).to.deep.equal(['running', []]);
      });

    it('a closed terminal is an interruption, too', async () => {
      const terminal = new Terminal(
        ['backup', 'db', '--output', output()],
        playground.directory,
        playground.environment,
      );
      await untilPaused();
      terminal.kill();
      await eventually(async () => expect([await state(), await left()]).to.deep.equal(['running', []]));
    });

    it('a SIGHUP that nohup ignores is ignored', async () => {
      const backup = new RunningCommand(playground, ['backup', 'db', '--output', output()], ['nohup']);
      await untilPaused();
      backup.signalGroup('SIGHUP');
      expect(await backup.end(), backup.errors).to.equal(0);
      expect([await state(), await left()]).to.deep.equal(['running', ['x.tar.gz']]);
      await rm(output());
    });

    it('lost output of progress stops nothing', async () => {
      const words = ['sh', '-c', 'exec "$@" 2> /dev/full', 'sh'];
      const backup = new RunningCommand(playground, ['backup', 'db', '--output', output()], words);
      expect(await backup.end()).to.equal(0);
      expect([await state(), await left()]).to.deep.equal(['running', ['x.tar.gz']]);
      await rm(output());
    });
  });

  for (const verb of sessions)
    describe(`of ${verb}`, () => {
      const words = [verb, 'db', '--instance', 'one', '--', 'sh', '/opt/trap'];
      beforeEach(() => dockerExec(container, ['rm', '-f', '/tmp/runs', '/tmp/got']));

      async function untilRuns(): Promise<void> {
        await eventually(async () => expect((await dockerExec(container, ['ls', '/tmp/runs'])).code).to.equal(0));
      }
      async function untilGot(name: string): Promise<void> {
        await eventually(async () =>
          expect((await dockerExec(container, ['cat', '/tmp/got'])).text.trim()).to.equal(name),
        );
        // Nothing of the session is left.
        await eventually(async () => {
          const { text } = await dockerExec(container, ['sh', '-c', 'cat /proc/[0-9]*/cmdline']);
          expect(text).to.not.include('/opt/trap');
        });
      }

      for (const [name, code] of [
        ['INT', 130],
        ['TERM', 143],
        ['HUP', 129],
      ] as const)
        for (const to of ['signal', 'signalGroup'] as const)
          it(`SIG${name}${to === 'signal' ? '' : ' to the group'} reaches the program`, async () => {
            const session = new RunningCommand(playground, words);
            await untilRuns();
            session[to](`SIG${name}`);
            expect(await session.end(), session.errors).to.equal(code);
            await untilGot(name);
          });

      it('on a terminal, Ctrl-C reaches the program once', async () => {
        const terminal = new Terminal(words, playground.directory, playground.environment);
        await untilRuns();
        await terminal.answer('', '\u0003');
        // An exec has a terminal inside, and so the program's exit code; ssh has one for a login shell alone.
        expect(await terminal.end()).to.equal(verb === 'exec' ? 9 : 130);
        await untilGot('INT');
      });

      it('a terminal that is closed is a SIGHUP for the program', async () => {
        const terminal = new Terminal(words, playground.directory, playground.environment);
        await untilRuns();
        terminal.kill();
        await untilGot('HUP');
      });
    });

  it('the end of an ssh session, at which ssh sends SIGHUP, says nothing', async () => {
    const { code, stdout, stderr } = await playground.run(['ssh', 'db', '--instance', 'one', '--', 'echo', 'x']);
    expect([code, stdout, stderr]).to.deep.equal([0, 'x\n', '']);
  });

  it('a closed terminal ends the login shell on it', async () => {
    const terminal = new Terminal(['ssh', 'db', '--instance', 'one'], playground.directory, playground.environment);
    const shells = async (): Promise<number> =>
      (await dockerExec(container, ['sh', '-c', 'grep -lx bash /proc/[0-9]*/comm'])).text.split('\n').length - 1;
    await eventually(async () => expect(await shells()).to.equal(1));
    terminal.kill();
    await eventually(async () => expect(await shells()).to.equal(0));
  });

  it('a closed terminal leaves no one-off instance', async () => {
    const words = ['once', 'db', '--', 'sleep', '1000'];
    const terminal = new Terminal(words, playground.directory, playground.environment);
    const labels = { [label.project]: playground.project, [label.kind]: 'once' };
    const names = async (): Promise<readonly string[]> =>
      (await playground.engine.listContainers({ all: true, labels })).map(({ name }) => name);
    await eventually(async () => expect(await names()).to.have.length(1));
    terminal.kill();
    await eventually(async () => expect(await names()).to.deep.equal([]));
  });
});
