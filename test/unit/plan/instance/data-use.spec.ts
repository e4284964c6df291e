import { expect } from 'chai';
import type { ContainerState, ObservedContainer } from '../../../../src/lib/model/observed-state.ts';
import type { Plan } from '../../../../src/lib/plan/plan.ts';
import type { InstanceSpec, MountSpec, Owner } from '../../../../src/lib/model/desired.ts';
import { planRun, planStart } from '../../../support/plans.ts';
import { containerOf, desired, facts, imageOf, observed, project, runOptions, spec } from '../../../support/specs.ts';

const blog: Owner = { kind: 'project', name: 'blog', path: '/home/ann/blog', machine: 'm1' };

function data(folder: string, change: Partial<MountSpec> = {}): MountSpec {
  return { kind: 'data', directory: `/srv/data/${folder}`, target: `/${folder}`, ...change } as MountSpec;
}

function postgres(
  mounts: readonly MountSpec[] = [data('postgres_main/data'), data('postgres_main/log')],
): InstanceSpec {
  return spec('postgres', 'main', { mounts });
}

function theirs(wanted = postgres(), state: ContainerState = 'running', owner: Owner = blog): ObservedContainer {
  return containerOf({ ...wanted, container: 'blog-postgres-main' }, { id: 'theirs', state }, owner);
}

function plan(wanted: InstanceSpec, containers: readonly ObservedContainer[]): Plan {
  return planRun(desired([wanted]), observed({ images: [imageOf('postgres')], containers }), facts, {
    ...runOptions,
    replace: 'always',
  });
}

describe('a directory for the data of one instance', () => {
  it('is refused before anything starts while an instance of another project has it', () => {
    expect(plan(postgres(), [theirs()]).blockers).to.deep.equal([
      {
        subject: 'postgres-main',
        message:
          '/srv/data/postgres_main/data, where postgres-main would keep its data, is in use by container ' +
          'blog-postgres-main (project blog in /home/ann/blog)',
        suggestions: [
          'use another data directory for this project: DATA_DIR=<directory>',
          'or stop that container, in /home/ann/blog: dockerops stop:postgres,instance=main --project blog',
        ],
      },
    ]);
    for (const state of ['restarting', 'paused'] as const)
      expect(plan(postgres(), [theirs(postgres(), state)]).blockers, state).to.have.length(1);
  });

  it('is refused, too, while another container of the instance has it that somebody renamed', () => {
    const renamed = containerOf(postgres(), { name: 'old', id: 'other' });
    const stopped = containerOf(postgres(), { state: 'exited' });
    expect(
      plan(postgres(), [renamed, stopped]).blockers.flatMap(({ suggestions }) => suggestions.slice(1)),
    ).to.deep.equal(['or stop that container, with docker stop old']);
  });

  it('is free when the other one is not up, has another directory, or is replaced by this plan', () => {
    for (const container of [
      theirs(postgres(), 'exited'),
      theirs(postgres([data('postgres_other/data')])),
      containerOf(postgres()),
    ]) {
      expect(plan(postgres(), [container]).blockers, container.status).to.deep.equal([]);
    }
  });

  it('may be shared where it is meant for several', () => {
    const shared = postgres([data('shared', { shared: true })]);
    expect(plan(shared, [theirs(shared)]).blockers).to.deep.equal([]);
  });

  it('is refused to a start, too', () => {
    const stopped = containerOf(postgres(), { state: 'exited' });
    const started = planStart(project, observed({ containers: [stopped, theirs()] }), facts, 'all', {
      wait: true,
      timeoutSeconds: 60,
    });
    expect(started.blockers.map(({ subject }) => subject)).to.deep.equal(['postgres-main']);
    expect(
      planStart(project, observed({ containers: [stopped] }), facts, 'all', { wait: true, timeoutSeconds: 60 })
        .blockers,
    ).to.deep.equal([]);
  });
});
