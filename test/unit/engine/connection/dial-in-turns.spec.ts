import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { dialInTurns, type SlowConnection } from '../../../../src/lib/engine/connection/dial-in-turns.ts';

interface Dialled {
  readonly connection: SlowConnection;
  readonly answer: () => void;
}

function dialler(options: Parameters<typeof dialInTurns>[1]): {
  readonly dialled: Dialled[];
  readonly dial: ReturnType<typeof dialInTurns>;
} {
  const dialled: Dialled[] = [];
  const dial = dialInTurns(() => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const connection = Object.assign(new PassThrough(), { answered: promise });
    dialled.push({
      connection,
      answer: () => {
        resolve(undefined);
      },
    });
    return connection;
  }, options);
  return { dialled, dial };
}

describe('dialling in turns', () => {
  it('begins only as many at once as allowed, and the next when one has answered, even if it stays open', async () => {
    const { dialled, dial } = dialler({ width: 2 });
    const connections = Promise.all(Array.from({ length: 5 }, dial));
    const begun: number[] = [];
    for (const _ of [1, 2, 3, 4, 5]) {
      await setImmediate();
      begun.push(dialled.length);
      dialled[begun.length - 1]?.answer();
    }
    expect(begun).to.deep.equal([2, 3, 4, 5, 5]);
    expect(await connections).to.deep.equal(dialled.map(({ connection }) => connection));
  });

  it('hands a connection over before it has answered, since it is asked through it', async () => {
    const { dialled, dial } = dialler({ width: 1 });
    expect(await dial()).to.equal(dialled[0]?.connection);
    dialled[0]?.answer();
  });

  it('goes on when one is silent for too long', async () => {
    const { dialled, dial } = dialler({ width: 1, limitMs: 1 });
    await Promise.all([dial(), dial(), dial()]);
    expect(dialled).to.have.length(3);
  });

  it('fails alone when it cannot even begin', async () => {
    let calls = 0;
    const dial = dialInTurns(
      () => {
        calls += 1;
        if (calls === 1) throw new Error('no more processes');
        return Object.assign(new PassThrough(), { answered: Promise.resolve() });
      },
      { width: 1 },
    );
    const [first, second] = await Promise.allSettled([dial(), dial()]);
    expect([first.status, second.status]).to.deep.equal(['rejected', 'fulfilled']);
  });
});
