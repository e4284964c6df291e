import { expect } from 'chai';
import type { InstanceSpec } from '../../../src/lib/model/desired.ts';
import type { ObservedContainer } from '../../../src/lib/model/observed-state.ts';
import { planClean } from '../../../src/lib/plan/plan-clean.ts';
import { planRun } from '../../../src/lib/plan/plan-run.ts';
import { planToText } from '../../../src/lib/plan/plan-text.ts';
import { specHash } from '../../../src/lib/plan/spec/spec-hash.ts';
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
} from '../../support/specs.ts';

const images = [imageOf('web'), imageOf('db')];
const web = spec('web', 'one', { placement: { kind: 'engine', host: 'web-1' } });
const db = spec('db', 'one');

/** The engine of `local` has the greater id, so its lock is the second one. */
function hostsWith(local: readonly ObservedContainer[], web1: readonly ObservedContainer[]) {
  const { engine } = observed();
  const stateOf = (id: string, containers: readonly ObservedContainer[]) =>
    observed({ engine: { ...engine, id }, containers, images, networks: [demoNetwork] });
  return new Map([
    ['local', { state: stateOf('Z', local), facts }],
    ['web-1', { state: stateOf('A', web1), facts }],
  ]);
}

const run = (instances: readonly InstanceSpec[], hosts: ReturnType<typeof hostsWith>) =>
  planRun(desired(instances), hosts, { ...runOptions, wait: false });

describe('a plan of several hosts', () => {
  it('takes all locks in the order of the engine ids, names the host of each operation, and unlocks in reverse', () => {
    const plan = run([db, web], hostsWith([], []));
    expect(planToText(plan)).to.equal(
      [
        'create db-one: no container',
        'create web-one: no container',
        '[1] lock@web-1 (one command at a time for project demo)',
        '[2] -> [1] lock@local (one command at a time for project demo)',
        '[3] -> [2] create db-one@local (no container)',
        '[4] -> [3] start db-one@local (no container)',
        '[5] -> [4] unlock@local (one command at a time for project demo)',
        '[6] -> [2] create web-one@web-1 (no container)',
        '[7] -> [6] start web-one@web-1 (no container)',
        '[8] -> [7, 5] unlock@web-1 (one command at a time for project demo)',
      ].join('\n'),
    );
    expect(plan.operations.map(({ host }) => host)).to.deep.equal([
      'web-1',
      'local',
      'local',
      'local',
      'local',
      'web-1',
      'web-1',
      'web-1',
    ]);
    expect(plan.verdicts.map(({ key, host }) => `${key} ${String(host)}`)).to.deep.equal([
      'db-one local',
      'web-one web-1',
    ]);
  });

  it('locks no host where nothing is changed', () => {
    const plan = run([db, web], hostsWith([containerOf(db)], []));
    expect(plan.operations.map(({ id }) => id)).to.deep.equal(
      ['lock', 'create web-one', 'start web-one', 'unlock'].map((id) => `${id}@web-1`),
    );
  });

  it('says on which host something stands in the way', () => {
    const { blockers } = run([db, web], hostsWith([containerOf(db, { state: 'exited' })], []));
    expect(blockers.map(({ subject, host }) => `${subject} ${String(host)}`)).to.deep.equal(['db-one local']);
  });

  it('reports an instance that was moved as an orphan of the host that it left', () => {
    const { verdicts } = run([web], hostsWith([containerOf(web)], []));
    expect(verdicts.map(({ verdict, key, host }) => `${verdict} ${key} ${String(host)}`)).to.deep.equal([
      'orphan web-one local',
      'create web-one web-1',
    ]);
  });

  it('cleans containers of one name on each of them', () => {
    const hosts = hostsWith(
      [containerOf(web, { state: 'exited' })],
      [containerOf(web, { state: 'exited', id: 'other' })],
    );
    const removals = planClean(project, hosts, [{ service: 'web', instance: undefined }]).operations.flatMap(
      (operation) => (operation.kind === 'remove-container' ? [`${operation.id} ${operation.expected.id}`] : []),
    );
    expect(removals).to.deep.equal(['remove web-one@local id-web-one', 'remove web-one@web-1 other']);
  });

  it('has no part in the hash of an instance: a renamed host replaces nothing', () => {
    expect(specHash(web)).to.equal(specHash({ ...web, placement: { kind: 'engine' } }));
  });
});
