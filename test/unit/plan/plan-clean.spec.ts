import { expect } from 'chai';
import { planToText } from '../../../src/lib/plan/plan-text.ts';
import { planClean } from '../../support/plans.ts';
import { containerOf, demoNetwork, observed, project, spec } from '../../support/specs.ts';

const dns = containerOf(spec('dockerops-dns', 'one'));
const one = containerOf(spec('demo', 'one'));
const two = containerOf(spec('demo', 'two'), { state: 'exited' });
const zone = {
  name: 'zone',
  labels: { ...demoNetwork.labels, 'dockerops.service': 'dockerops-dns', 'dockerops.instance': 'one' },
};
const kept = { name: 'pgdata', labels: { 'dockerops.project': 'demo' } };

describe('planning to clean', () => {
  it('takes a container that somebody renamed beside the one that has its name now', () => {
    const plan = planClean(project, observed({ containers: [one, { ...one, id: 'renamed', name: 'old' }] }), 'all');
    expect(plan.operations.map(({ id }) => id)).to.deep.equal([
      'lock',
      'set aside demo-one',
      'stop demo-one',
      'remove demo-one',
      'set aside old',
      'stop old',
      'remove old',
      'unlock',
    ]);
  });

  it('takes everything of the project, its network last, and keeps what is data', () => {
    const plan = planClean(
      project,
      observed({ containers: [dns, one, two], networks: [demoNetwork], volumes: [zone, kept] }),
      'all',
    );
    expect(planToText(plan)).to.equal(
      [
        'remove demo-one: requested',
        'remove demo-two: requested',
        'remove dockerops-dns-one: requested',
        '[1] lock (one command at a time for project demo)',
        '[2] -> [1] set aside demo-one (requested)',
        '[3] -> [2] stop demo-one (requested)',
        '[4] -> [3] remove demo-one (requested)',
        '[5] -> [1] remove demo-two (requested)',
        '[6] -> [1] set aside dockerops-dns-one (requested)',
        '[7] -> [6] stop dockerops-dns-one (requested)',
        '[8] -> [7] remove dockerops-dns-one (requested)',
        '[9] -> [8] remove volume zone (requested)',
        '[10] -> [4, 5, 8] remove network dockerops-demo (requested)',
        '[11] -> [9, 10] unlock (one command at a time for project demo)',
      ].join('\n'),
    );
  });

  it('withdraws the names of one instance before it stops it, and leaves the others and the network', () => {
    const plan = planClean(
      project,
      observed({ containers: [dns, one, two], networks: [demoNetwork], volumes: [zone] }),
      [{ service: 'demo', instance: 'one' }],
    );
    expect(plan.operations.map(({ id }) => id)).to.deep.equal([
      'lock',
      'withdraw demo-one',
      'set aside demo-one',
      'stop demo-one',
      'remove demo-one',
      'unlock',
    ]);
  });

  it('takes the zone that an interrupted run left without its instance', () => {
    const plan = planClean(project, observed({ networks: [], volumes: [zone] }), 'all');
    expect(plan.operations.map(({ id }) => id)).to.deep.equal(['lock', 'remove volume zone', 'unlock']);
  });

  it('leaves network and volumes of another directory with the same project name alone', () => {
    const elsewhere = { 'dockerops.path': '/elsewhere', 'dockerops.machine': 'm1' };
    const networks = [{ ...demoNetwork, labels: { ...demoNetwork.labels, ...elsewhere } }];
    const volumes = [{ ...zone, labels: { ...zone.labels, ...elsewhere } }];
    expect(planClean(project, observed({ networks, volumes }), 'all').operations).to.deep.equal([]);
  });

  it('touches nothing of another directory or of nobody', () => {
    const copy = containerOf(
      spec('demo', 'three'),
      {},
      { kind: 'project', name: 'demo', path: '/elsewhere', machine: 'm1' },
    );
    const { ownership: _, ...foreign } = containerOf(spec('demo', 'four'));
    expect(planClean(project, observed({ containers: [copy, foreign] }), 'all').operations).to.deep.equal([]);
  });
});
