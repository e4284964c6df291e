import { expect } from 'chai';
import type { Operation } from '../../../../src/lib/plan/operation.ts';
import { PlanBuilder } from '../../../../src/lib/plan/builder.ts';
import { splitPlan } from '../../../../src/lib/plan/node/split-plan.ts';
import { planToText } from '../../../../src/lib/plan/plan-text.ts';

function parts(operations: readonly Operation[]): readonly (readonly string[])[] {
  const builder = new PlanBuilder({ kind: 'node', name: 'n1' });
  for (const operation of operations) builder.add(operation);
  return splitPlan(builder.finish()).map(({ plan }) =>
    planToText(plan)
      .split('\n')
      .flatMap((line) => /^\[\d.*?(?=\s\()/.exec(line) ?? []),
  );
}

const common = { cause: 'test' };
const stop = (name: string): Operation => ({
  ...common,
  id: `stop ${name}`,
  kind: 'stop-container',
  subject: name,
  needs: [],
  expected: { id: name, name },
  limitSeconds: undefined,
});
const start = (name: string, needs: readonly string[] = []): Operation => ({
  ...common,
  id: `start ${name}`,
  kind: 'start-container',
  subject: name,
  container: name,
  needs,
});

describe('the parts of the plan of a node', () => {
  it('are the services that need nothing of each other, each with the lock', () => {
    expect(parts([stop('a'), start('b'), start('c', ['stop a'])])).to.deep.equal([
      ['[1] lock', '[2] -> [1] stop a', '[3] -> [2] start c', '[4] -> [3] unlock'],
      ['[1] lock', '[2] -> [1] start b', '[3] -> [2] unlock'],
    ]);
  });

  it('have no lock where they change nothing on the engine', () => {
    const leave: Operation = {
      ...common,
      id: 'deregister a',
      kind: 'deregister-service',
      subject: 'a',
      needs: [],
      serviceId: 'n1/a',
    };
    expect(parts([leave, start('b')])[0]).to.deep.equal(['[1] deregister a']);
  });
});
