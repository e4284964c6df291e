import { expect } from 'chai';
import { setRestartPolicy } from '../../../src/lib/apply/containers.ts';
import type { Step } from '../../../src/lib/apply/step.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import type { OperationOf } from '../../../src/lib/plan/operation.ts';

const operation: OperationOf<'set-restart-policy'> = {
  id: 'hold back web-one',
  kind: 'set-restart-policy',
  subject: 'web-one',
  cause: '',
  needs: [],
  container: 'demo-web-one',
  restart: 'no',
};

/** How often the engine was asked when it refuses the first calls. */
async function askedWith(refusals: number): Promise<number> {
  let asked = 0;
  const engine = {
    setRestartPolicy: async () => {
      asked += 1;
      if (asked <= refusals) throw new EngineError('cannot update a stopped container', { code: 'ENGINE_REFUSED' });
    },
  };
  const context = { engine, signal: new AbortController().signal };
  const results = { containerId: () => 'id', lock: {} };
  await setRestartPolicy(operation, { context, results } as unknown as Step);
  return asked;
}

describe('the restart policy of a container', () => {
  it('is set again where the engine refuses it while the container restarts', async () => {
    expect(await askedWith(1)).to.equal(2);
  });

  it('is an error where the engine goes on refusing it', async () => {
    const error = await askedWith(99).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(EngineError);
  }).timeout(10_000);
});
