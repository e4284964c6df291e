import { expect } from 'chai';
import { planToText } from '../../../src/lib/plan/plan-text.ts';
import { planBackup, planRestore, type DataPlace } from '../../../src/lib/plan/plan-backup.ts';
import type { ObservedContainer } from '../../../src/lib/model/observed-state.ts';
import { containerOf, project, spec } from '../../support/specs.ts';

const manifest = {
  format: 1,
  project: 'demo',
  service: 'db',
  instance: 'main',
  image: 'demo/db',
  host: 'host',
  created: '2026-01-02T03:04:05.000Z',
  folders: ['data'],
} as const;
const place = (state?: ObservedContainer['state']): DataPlace => ({
  key: 'db-main',
  directory: '/d/db_main',
  folders: ['data'],
  container: state === undefined ? undefined : containerOf(spec('db', 'main'), { state }),
});
const ids = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^\[\d+\](?: -> \[[^\]]*\])? (.*) \(/.exec(line)?.[1] ?? []);
const backup = (state?: ObservedContainer['state'], stop = false): readonly string[] =>
  ids(planToText(planBackup(project, place(state), { file: '/b.tar', stop, timeoutSeconds: 60, manifest })));

describe('planning a backup', () => {
  it('pauses what runs while it is read, and lets it go on in every case', () => {
    expect(backup('running')).to.deep.equal(['lock', 'pause db-main', 'save db-main', 'unpause db-main', 'unlock']);
    const { operations } = planBackup(project, place('running'), {
      file: '/b.tar',
      stop: false,
      timeoutSeconds: 60,
      manifest,
    });
    expect(operations.filter(({ always }) => always === true).map(({ id }) => id)).to.deep.equal([
      'unpause db-main',
      'unlock',
    ]);
  });

  it('stops and starts it when that is asked for', () => {
    expect(backup('running', true)).to.deep.equal([
      'lock',
      'stop db-main',
      'save db-main',
      'start db-main',
      'ready db-main',
      'unlock',
    ]);
  });

  it('leaves alone what does not run, or is frozen by somebody else', () => {
    for (const state of [undefined, 'exited', 'paused', 'created'] as const)
      expect(backup(state)).to.deep.equal(['lock', 'save db-main', 'unlock']);
  });

  it('of what restarts again and again is possible only stopped', () => {
    expect(
      planBackup(project, place('restarting'), { file: '/b.tar', stop: false, timeoutSeconds: 60, manifest })
        .blockers[0]?.suggestions,
    ).to.deep.equal(['stop it for the backup: --stop']);
  });
});

describe('a container that is stopped for its data', () => {
  it('has another name meanwhile, so that the command after one that was killed starts it again', () => {
    const { operations } = planBackup(
      project,
      { ...place('running'), aside: 'demo-db-main.old' },
      { file: '/b.tar', stop: true, timeoutSeconds: 60, manifest },
    );
    const steps = operations.map(({ id, always }) => `${id}${always === true ? ' in every case' : ''}`);
    expect(steps).to.deep.equal([
      'lock',
      'set aside db-main',
      'stop db-main',
      'save db-main',
      'start db-main in every case',
      'name db-main in every case',
      'ready db-main',
      'unlock in every case',
    ]);
  });
});

describe('planning a restore', () => {
  const restore = (state?: ObservedContainer['state']): readonly string[] =>
    ids(
      planToText(
        planRestore(project, place(state), {
          file: '/b.tar',
          sha256: 'x',
          folders: ['data'],
          asideSuffix: '.before',
          images: ['i'],
          onThisMachine: true,
          sameModes: false,
          timeoutSeconds: 60,
        }),
      ),
    );

  it('stops what runs and starts it again', () => {
    expect(restore('running')).to.deep.equal([
      'lock',
      'stop db-main',
      'restore db-main',
      'start db-main',
      'ready db-main',
      'unlock',
    ]);
  });

  it('starts nothing that did not run', () => {
    expect(restore('exited')).to.deep.equal(['lock', 'restore db-main', 'unlock']);
    expect(restore()).to.deep.equal(['lock', 'restore db-main', 'unlock']);
  });
});
