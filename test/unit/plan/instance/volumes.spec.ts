import { expect } from 'chai';
import type { HostFacts } from '../../../../src/lib/model/host-facts.ts';
import type { Owner } from '../../../../src/lib/model/desired.ts';
import type { Plan } from '../../../../src/lib/plan/plan.ts';
import { ownerLabels } from '../../../../src/lib/plan/ownership.ts';
import { planRun } from '../../../support/plans.ts';
import { containerOf, desired, facts, imageOf, observed, project, runOptions, spec } from '../../../support/specs.ts';

const name = 'dockerops-demo-pgdata';
const postgres = spec('postgres', 'main', {
  mounts: [{ kind: 'volume', volume: name, target: '/var/lib/postgresql', readOnly: false, lifetime: 'kept' }],
});
const elsewhere: Owner = { kind: 'project', name: 'demo', path: '/home/ann/copy', machine: 'm1' };

function planWith(labels: Readonly<Record<string, string>>, known: HostFacts = facts): Plan {
  return planRun(
    desired([postgres]),
    observed({ images: [imageOf('postgres')], volumes: [{ name, labels }] }),
    known,
    runOptions,
  );
}

describe('planning a named volume', () => {
  it('uses the one that this project made, here or on another machine, and makes it where there is none', () => {
    for (const owner of [project, { kind: 'project', name: 'demo', path: '/Users/bob/demo', machine: 'm2' } as const]) {
      const plan = planWith(ownerLabels(owner));
      expect([plan.blockers, plan.warnings]).to.deep.equal([[], []]);
      expect(plan.operations.map(({ kind }) => kind)).to.not.include('create-volume');
    }
    const made = planRun(
      desired([postgres]),
      observed({ images: [imageOf('postgres')] }),
      facts,
      runOptions,
    ).operations.find(({ kind }) => kind === 'create-volume');
    expect(made).to.deep.include({ volume: name, labels: ownerLabels(project) });
  });

  it("refuses the one of another directory with this project's name, with the ways on", () => {
    expect(planWith(ownerLabels(elsewhere)).blockers).to.deep.equal([
      {
        subject: 'postgres-main',
        message: `volume ${name} belongs to project demo in /home/ann/copy`,
        suggestions: [
          'use another name for this copy: --project NAME (or PROJECT_NAME)',
          'or run it with that data in /home/ann/copy',
        ],
      },
    ]);
  });

  it('goes on with it, and says so, when that directory is gone: the project was moved', () => {
    const plan = planWith(ownerLabels(elsewhere), { ...facts, goneDirectories: ['/home/ann/copy'] });
    expect(plan.blockers).to.deep.equal([]);
    expect(plan.warnings).to.deep.equal([
      `volume ${name} was made by project demo in /home/ann/copy, which no longer exists; ` +
        'it is used here with its data',
    ]);
  });

  it('refuses the one of another project whose names come to the same, wherever that is', () => {
    const other = ownerLabels({ kind: 'project', name: 'demo-pg', path: '/home/ann/demo-pg', machine: 'm1' });
    for (const known of [facts, { ...facts, goneDirectories: ['/home/ann/demo-pg'] }]) {
      expect(planWith(other, known).blockers.map(({ message }) => message)).to.deep.equal([
        `volume ${name} belongs to project demo-pg in /home/ann/demo-pg`,
      ]);
    }
  });

  it('uses the one that was made by hand under this name, and says so once', () => {
    const two = { ...postgres, key: 'postgres-two', container: 'demo-postgres-two', instance: 'two' };
    const plan = planRun(
      desired([postgres, two]),
      observed({ images: [imageOf('postgres')], volumes: [{ name, labels: { team: 'db' } }] }),
      facts,
      runOptions,
    );
    expect(plan.blockers).to.deep.equal([]);
    expect(plan.warnings).to.deep.equal([`volume ${name} was not made by dockerops; it is used unchanged`]);
  });

  it('leaves alone what runs with it', () => {
    const state = observed({
      images: [imageOf('postgres')],
      containers: [containerOf(postgres)],
      volumes: [{ name, labels: {} }],
    });
    expect(planRun(desired([postgres]), state, facts, runOptions).warnings).to.deep.equal([]);
  });

  it("of a node is its own by its label, anybody's without one, and nobody else's", () => {
    const node: Owner = { kind: 'node', name: 'web-1' };
    const plan = (labels: Readonly<Record<string, string>>): Plan =>
      planRun(
        {
          owner: node,
          keys: [],
          images: [],
          instances: [{ ...postgres, network: { mode: 'bridge' } }],
          complete: true,
        },
        observed({ images: [imageOf('postgres')], volumes: [{ name, labels }] }),
        facts,
        runOptions,
      );
    for (const labels of [ownerLabels(node), {}])
      expect([plan(labels).blockers, plan(labels).warnings]).to.deep.equal([[], []]);
    expect(plan(ownerLabels({ kind: 'node', name: 'web-2' })).blockers.map(({ message }) => message)).to.deep.equal([
      `volume ${name} belongs to operator of node web-2`,
    ]);
  });
});
