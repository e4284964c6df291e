import { expect } from 'chai';
import { label } from '../../../src/lib/labels.ts';
import type { OperationOf } from '../../../src/lib/plan/operation.ts';
import { onceContainers } from '../../../src/lib/plan/plan-once.ts';
import { planRemoval } from '../../../src/lib/plan/remove.ts';
import { planToText } from '../../../src/lib/plan/plan-text.ts';
import type { InstanceSpec } from '../../../src/lib/model/desired.ts';
import type { ObservedContainer } from '../../../src/lib/model/observed-state.ts';
import { planClean, planOnce } from '../../support/plans.ts';
import { containerOf, demoNetwork, desired, facts, imageOf, observed, project, spec } from '../../support/specs.ts';

const options = { command: ['sh', '-c', 'migrate'], terminal: false, by: '{"pid":1}' };
const web = spec('web', '0a1b2c3d', {
  lease: 'client',
  after: ['db-main'],
  ports: [{ container: 80, protocol: 'tcp', host: 80 }],
  runtime: { restart: 'unless-stopped' },
  healthcheck: { test: ['CMD', 'true'] },
  network: {
    mode: 'network',
    network: 'dockerops-demo',
    reservedAddress: false,
    aliases: ['web'],
    links: [{ target: 'demo-db-main', alias: 'db' }],
  },
  files: ['/etc/dockerops/dns.json', '/etc/dockerops/authorized_keys'].map((path) => ({
    path,
    content: [''],
    mode: 0o600,
    uid: 0,
    gid: 0,
  })),
  mounts: [
    { kind: 'data', directory: '/data_demo/web_0a1b2c3d/data', target: '/data' },
    { kind: 'bind', source: '/etc/ssl', target: '/ssl', readOnly: true },
  ],
});

function oneOff(state: ObservedContainer['state'], owner = project): ObservedContainer {
  const { ownership: _, labels, ...rest } = containerOf(spec('web', 'ffff0000'), { state }, owner);
  return { ...rest, labels: { ...labels, [label.kind]: 'once' } };
}

describe('planning a one-off', () => {
  const state = observed({
    containers: [containerOf(spec('db', 'main'))],
    networks: [demoNetwork],
    images: [imageOf('web')],
  });
  const plan = planOnce(desired([web]), state, facts, options);
  const create = plan.operations.find(({ kind }) => kind === 'create-container') as OperationOf<'create-container'>;

  it('makes and starts it, and waits for nothing', () => {
    expect(plan.operations.map(({ id }) => id)).to.deep.equal([
      'lock',
      'create web-0a1b2c3d',
      'files web-0a1b2c3d',
      'start web-0a1b2c3d',
      'unlock',
    ]);
  });

  it('keeps variables, links and mounts of the service, and nothing by which others would see it', () => {
    const { network, files, mounts } = create.spec;
    expect(create.spec).to.deep.include({
      command: ['sh', '-c', 'migrate'],
      ports: [],
      lease: 'none',
      environment: web.environment,
      runtime: { restart: 'no', stdin: true },
    } satisfies Partial<InstanceSpec>);
    expect(create.spec).not.to.have.property('healthcheck');
    expect(network).to.deep.include({ aliases: [], links: [{ target: 'demo-db-main', alias: 'db' }] });
    expect(files.map(({ path }) => path)).to.deep.equal(['/etc/dockerops/authorized_keys']);
    expect(mounts.map(({ target }) => target)).to.deep.equal(['/ssl']);
  });

  it('labels it so that it is no instance, and says who waits for it', () => {
    expect(create.labels).to.deep.include({
      [label.kind]: ['once'],
      [label.onceBy]: ['{"pid":1}'],
      [label.project]: ['demo'],
    });
  });

  it('has its command, which may hold a secret, in no label', () => {
    const { labels } = planOnce(desired([web]), state, facts, {
      ...options,
      command: ['env', 'DB_PASSWORD=hunter2'],
    }).operations.find(({ kind }) => kind === 'create-container') as OperationOf<'create-container'>;
    expect(JSON.stringify(labels)).not.to.contain('hunter2');
    expect(labels).not.to.have.any.keys(label.spec, label.specHash);
  });

  it('gives it a terminal where there is one', () => {
    const { spec: made } = planOnce(desired([web]), state, facts, { ...options, terminal: true }).operations.find(
      ({ kind }) => kind === 'create-container',
    ) as OperationOf<'create-container'>;
    expect(made.runtime).to.deep.equal({ restart: 'no', stdin: true, interactive: true });
  });
});

describe('one-offs that are left over', () => {
  const copy = oneOff('exited', { kind: 'project', name: 'demo', path: '/elsewhere', machine: 'm1' });

  it('are known by their label, those of this project only', () => {
    const running = oneOff('running');
    expect(
      onceContainers(project, observed({ containers: [running, copy, containerOf(spec('web', 'main'))] })),
    ).to.deep.equal([running]);
  });

  it('are stopped and removed', () => {
    expect(planToText(planRemoval(project, [oneOff('running')], 'it was for once'))).to.equal(
      [
        'remove demo-web-ffff0000: it was for once',
        '[1] lock (one command at a time for project demo)',
        '[2] -> [1] stop demo-web-ffff0000 (it was for once)',
        '[3] -> [2] remove demo-web-ffff0000 (it was for once)',
        '[4] -> [3] unlock (one command at a time for project demo)',
      ].join('\n'),
    );
  });

  it('go when all of the project or of the service is cleaned, before the network, and not with another', () => {
    const state = observed({ containers: [oneOff('running'), copy], networks: [demoNetwork] });
    expect(planClean(project, state, 'all').operations.map(({ id }) => id)).to.deep.equal([
      'lock',
      'stop demo-web-ffff0000',
      'remove demo-web-ffff0000',
      'remove network dockerops-demo',
      'unlock',
    ]);
    expect(
      planClean(project, state, [{ service: 'web', instance: undefined }]).operations.map(({ id }) => id),
    ).to.contain('remove demo-web-ffff0000');
    expect(planClean(project, state, [{ service: 'web', instance: 'main' }]).operations).to.deep.equal([]);
    expect(planClean(project, state, [{ service: 'db', instance: undefined }]).operations).to.deep.equal([]);
  });
});
