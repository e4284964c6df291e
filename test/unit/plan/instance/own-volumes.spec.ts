import { expect } from 'chai';
import type { ObservedContainer, ObservedState } from '../../../../src/lib/model/observed-state.ts';
import type { Operation } from '../../../../src/lib/plan/operation.ts';
import type { Plan } from '../../../../src/lib/plan/plan.ts';
import { ownerLabels } from '../../../../src/lib/plan/ownership.ts';
import { planNode } from '../../../../src/lib/plan/node/plan-node.ts';
import { planRemoval } from '../../../../src/lib/plan/remove.ts';
import type { InstanceSpec, Owner } from '../../../../src/lib/model/desired.ts';
import { planClean, planRun } from '../../../support/plans.ts';
import {
  containerOf,
  demoNetwork,
  desired,
  facts,
  imageOf,
  observed,
  project,
  runOptions,
  spec,
} from '../../../support/specs.ts';

const generated = 'a'.repeat(64);
const kept =
  `volume ${generated} of cache-main (/data) is kept; ` + `to delete it and its data: docker volume rm ${generated}`;
const cache = spec('cache', 'main');
const own = { 'dockerops.service': 'cache', 'dockerops.instance': 'main', ...ownerLabels(project) };

function running(wanted: InstanceSpec = cache, change: Partial<ObservedContainer> = {}): ObservedContainer {
  return containerOf(wanted, {
    volumes: [
      { name: generated, target: '/data' },
      { name: 'keys', target: '/etc/ssh' },
      { name: 'dockerops-demo-x', target: '/x' },
    ],
    ...change,
  });
}

function state(container: ObservedContainer): ObservedState {
  const volumes = [
    { name: generated, labels: {} },
    { name: 'keys', labels: { ...own, 'dockerops.kind': 'scratch' } },
    { name: 'dockerops-demo-x', labels: ownerLabels(project) },
  ];
  return observed({ containers: [container], networks: [demoNetwork], images: [imageOf('cache')], volumes });
}

function replace(wanted: InstanceSpec = cache, container = running()): Plan {
  return planRun(desired([wanted]), state(container), facts, { ...runOptions, replace: 'always' });
}

function find<K extends Operation['kind']>(plan: Plan, kind: K): Extract<Operation, { kind: K }> | undefined {
  return plan.operations.find((operation): operation is Extract<Operation, { kind: K }> => operation.kind === kind);
}

describe('volumes without a name of their own', () => {
  it('go along when an instance is replaced, as part of the plan', () => {
    const plan = replace();
    expect(find(plan, 'create-container')?.carried).to.deep.equal([{ volume: generated, target: '/data' }]);
    expect(find(plan, 'remove-container')).to.not.have.property('withVolumes');
    expect(plan.warnings).to.deep.equal([]);
  });

  it('are no difference afterwards, and go along again', () => {
    const plan = planRun(desired([cache]), state(running()), facts, runOptions);
    expect(plan.operations).to.deep.equal([]);
    const labelled = {
      ...state(running(cache, { volumes: [{ name: 'named-by-newer-engines', target: '/data' }] })),
      volumes: [{ name: 'named-by-newer-engines', labels: { 'com.docker.volume.anonymous': '' } }],
    };
    expect(
      find(planRun(desired([cache]), labelled, facts, { ...runOptions, replace: 'always' }), 'create-container')
        ?.carried,
    ).to.deep.equal([{ volume: 'named-by-newer-engines', target: '/data' }]);
  });

  it('give way to what is mounted there now, stay, and are told', () => {
    for (const wanted of [
      spec('cache', 'main', {
        mounts: [{ kind: 'volume', volume: 'dockerops-demo-x', target: '/data', readOnly: false, lifetime: 'kept' }],
      }),
      spec('cache', 'main', { runtime: { restart: 'no', tmpfs: ['/data:size=1m'] } }),
    ]) {
      const plan = replace(wanted);
      expect(find(plan, 'create-container')).to.not.have.property('carried');
      expect(plan.warnings).to.deep.equal([kept]);
    }
  });

  it('stay at a clean, which says so and how to remove them', () => {
    const plan = planClean(project, state(running()), 'all');
    expect(plan.warnings).to.deep.equal([kept]);
    expect(find(plan, 'remove-container')).to.not.have.property('withVolumes');
  });

  it('stay when a node no longer wants what had them', () => {
    const node: Owner = { kind: 'node', name: 'n1' };
    const redis = spec('redis', 'redis', { key: 'redis', container: 'redis', network: { mode: 'bridge' } });
    const container = containerOf(redis, { volumes: [{ name: generated, target: '/data' }] }, node);
    const { plan } = planNode(
      { desired: { owner: node, keys: [], images: [], instances: [], complete: true }, entries: [], keep: new Set() },
      observed({ containers: [container] }),
      facts,
    );
    expect(plan.warnings).to.deep.equal([kept.replace('cache-main', 'redis')]);
    expect(find(plan, 'remove-container')).to.not.have.property('withVolumes');
  });

  it('of a one-off instance go with it', () => {
    expect(find(planRemoval(project, [running()], 'it was for once'), 'remove-container')).to.have.property(
      'withVolumes',
      true,
    );
  });
});

describe('volumes of an instance that hold only what dockerops put there', () => {
  it('go with its container when it is replaced and when it is cleaned', () => {
    for (const plan of [replace(), planClean(project, state(running()), 'all')]) {
      expect(
        plan.operations.filter(({ kind }) => kind === 'remove-volume').map(({ id, needs }) => [id, needs]),
      ).to.deep.equal([['remove volume keys', ['remove cache-main']]]);
    }
  });

  it('stay while somebody else has them', () => {
    const other = containerOf(spec('web', 'one'), { volumes: [{ name: 'keys', target: '/keys' }] });
    const plan = planClean(project, { ...state(running()), containers: [running(), other] }, [
      { service: 'cache', instance: 'main' },
    ]);
    expect(find(plan, 'remove-volume')).to.equal(undefined);
  });
});
