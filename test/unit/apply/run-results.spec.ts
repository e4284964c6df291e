import { expect } from 'chai';
import type { ApplyContext } from '../../../src/lib/apply/context.ts';
import { RunResults } from '../../../src/lib/apply/run-results.ts';
import { StalePlan } from '../../../src/lib/errors.ts';
import { containerOf, observed, project, spec } from '../../support/specs.ts';

const known = containerOf(spec('db', 'one'));

function results(): RunResults {
  const keys = { read: async (name: string) => ({ private: `kept ${name}`, public: '' }) };
  const context = { observed: observed({ containers: [known] }), keys } as unknown as ApplyContext;
  return new RunResults(context, { owner: project, operations: [], verdicts: [], blockers: [], warnings: [] });
}

describe('the results of a run', () => {
  it('know containers of one name on several hosts apart', () => {
    const run = results();
    run.on('web-1').created('demo-web-one', 'first');
    run.on('web-2').created('demo-web-one', 'second');
    expect(run.on('web-1').containerId('demo-web-one')).to.equal('first');
    expect(run.on('web-2').containerId('demo-web-one')).to.equal('second');
    expect(() => run.on(undefined).containerId('demo-web-one')).to.throw(StalePlan, 'demo-web-one is not there');
  });

  it('know a container that was there before by its id', () => {
    expect(results().on(undefined).containerId(known.name)).to.equal(known.id);
  });

  it('have keys that were made on one host for all of them', async () => {
    const run = results();
    run.on('web-1').key('client', { private: 'made', public: '' });
    expect((await run.on('web-2').material('client')).private).to.equal('made');
    expect((await run.on('web-2').material('other')).private).to.equal('kept other');
  });
});
