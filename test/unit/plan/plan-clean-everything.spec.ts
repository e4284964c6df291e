import { expect } from 'chai';
import { planCleanEverything } from '../../../src/lib/plan/plan-clean-everything.ts';
import { planToText } from '../../../src/lib/plan/plan-text.ts';
import { containerOf, observed, project, spec } from '../../support/specs.ts';

const generated = 'f'.repeat(64);
const web = containerOf(spec('web', 'one'), { volumes: [{ name: generated, target: '/data' }] });
const foreign = { ...containerOf(spec('x', 'x')), name: 'foreign', state: 'exited', labels: {} } as const;
const helper = { ...foreign, name: 'helper', labels: { 'dockerops.kind': 'helper' } };
const lock = { ...foreign, name: 'lock', labels: { 'dockerops.kind': 'lock' } };

describe('planning to clean everything of an engine', () => {
  it('stops and removes every container, whoever made it, and keeps locks and volumes', () => {
    const plan = planCleanEverything(project, observed({ containers: [web, foreign, lock] }));
    expect(planToText(plan)).to.equal(
      [
        'remove demo-web-one: all containers of this host are removed',
        'remove foreign: all containers of this host are removed',
        `warning: volume ${generated} of demo-web-one (/data) is kept; to delete it and its data: ` +
          `docker volume rm ${generated}`,
        '[1] lock (one command at a time for project demo)',
        '[2] -> [1] stop demo-web-one (all containers of this host are removed)',
        '[3] -> [2] remove demo-web-one (all containers of this host are removed)',
        '[4] -> [1] remove foreign (all containers of this host are removed)',
        '[5] -> [3, 4] unlock (one command at a time for project demo)',
      ].join('\n'),
    );
  });

  it('removes helpers together with their volumes', () => {
    const { operations } = planCleanEverything(project, observed({ containers: [web, helper] }));
    const removals = operations.filter(({ kind }) => kind === 'remove-container');
    expect(removals.map((operation) => 'withVolumes' in operation)).to.deep.equal([false, true]);
  });
});
