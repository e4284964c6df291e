import { expect } from 'chai';
import { Interruption } from '../../../../src/lib/cli/arguments/interruption.ts';
import { Interrupted } from '../../../../src/lib/errors.ts';

describe('an interruption', () => {
  let nowMs: number;
  let quits: number;
  let notes: number;
  beforeEach(() => {
    nowMs = 1000;
    quits = 0;
    notes = 0;
  });

  function interruption(environment: Readonly<Record<string, string>> = {}): Interruption {
    const onFirst = (): void => void (notes += 1);
    return new Interruption({ onFirst, quit: () => void (quits += 1), now: () => nowMs, environment });
  }

  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    it(`shuts the command down at ${name}, and says by which signal`, () => {
      const { signal, receive } = interruption();
      receive(name);
      expect(signal.reason).to.be.instanceOf(Interrupted).with.property('by', name);
      expect([notes, quits]).to.deep.equal([1, 0]);
    });

  it('counts once what reaches the process group and is passed on by a parent', () => {
    const { receive } = interruption();
    for (const name of ['SIGINT', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const) receive(name);
    expect([notes, quits]).to.deep.equal([1, 0]);
  });

  it('quits at once at a later Ctrl-C, whatever came first', () => {
    const { receive } = interruption();
    receive('SIGHUP');
    nowMs += 2000;
    receive('SIGINT');
    expect(quits).to.equal(1);
  });

  it('never quits at once because a terminal is closed, or a service is stopped', () => {
    const { receive } = interruption();
    receive('SIGINT');
    nowMs += 2000;
    receive('SIGHUP');
    receive('SIGTERM');
    expect([notes, quits]).to.deep.equal([1, 0]);
  });

  it('is none when a daemon gets SIGHUP: it reads its settings again', () => {
    const daemon = interruption();
    let reloads = 0;
    daemon.onHangup(() => void (reloads += 1));
    daemon.receive('SIGHUP');
    expect([daemon.signal.aborted, reloads]).to.deep.equal([false, 1]);
  });

  it('does not listen for a SIGHUP that was ignored at the start', () => {
    const before = process.listeners('SIGHUP');
    const command = interruption({ DOCKEROPS_HANGUP: 'ignored' });
    command.listen();
    const added = process.listeners('SIGHUP').filter((listener) => !before.includes(listener));
    command.stopListening();
    const kept = process.listeners('SIGHUP').filter((listener) => !before.includes(listener));
    for (const listener of kept) process.off('SIGHUP', listener);
    expect(added).to.have.length(1).and.not.include(command.receive);
    expect(kept).to.deep.equal(added);
  });
});
