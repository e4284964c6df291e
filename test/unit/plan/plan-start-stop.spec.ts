import { expect } from 'chai';
import { planToText } from '../../../src/lib/plan/plan-text.ts';
import type { InstanceSpec } from '../../../src/lib/model/desired.ts';
import { planStart, planStop } from '../../support/plans.ts';
import { containerOf, facts, observed, project, spec } from '../../support/specs.ts';

const network = { mode: 'network', network: 'dockerops-demo', reservedAddress: false, aliases: [] } as const;
const linkTo = (...keys: readonly string[]): Partial<InstanceSpec> => ({
  network: { ...network, links: keys.map((key) => ({ target: `demo-${key}`, alias: key })) },
});
const dns = spec('dockerops-dns', 'one');
const db = spec('db', 'main', { lease: 'client' });
const web = spec('web', 'main', { ...linkTo('db-main'), lease: 'client' });
const exited = { state: 'exited', exitCode: 137 } as const;
const options = { wait: true, timeoutSeconds: 30 };

describe('planning to start', () => {
  it('starts the DNS first, then targets of links, each when what it needs is ready, and waits for the names', () => {
    const plan = planStart(
      project,
      observed({ containers: [web, db, dns].map((each) => containerOf(each, exited)) }),
      facts,
      'all',
      options,
    );
    expect(planToText(plan)).to.equal(
      [
        'start db-main: exited with code 137',
        'start dockerops-dns-one: exited with code 137',
        'start web-main: exited with code 137',
        '[1] lock (one command at a time for project demo)',
        '[2] -> [1] start dockerops-dns-one (requested)',
        '[3] -> [2] ready dockerops-dns-one (requested)',
        '[4] -> [3] start db-main (requested)',
        '[5] -> [4] ready db-main (requested)',
        '[6] -> [5, 3] start web-main (requested)',
        '[7] -> [6] ready web-main (requested)',
        '[8] -> [5, 7] names (waiting for DNS names)',
        '[9] -> [5, 3, 7, 8] unlock (one command at a time for project demo)',
        '[10] -> [5, 3, 7, 8, 9] check (checking that all still run)',
      ].join('\n'),
    );
  });

  it('asks inside an instance whether it is found when the DNS is on another host', () => {
    const far = spec('far', 'main', {
      lease: 'client',
      ports: [{ container: 80, protocol: 'tcp', host: 80 }],
      environment: [
        { name: 'DNS_SERVICE_IP', value: ['192.0.2.1'], secret: false },
        { name: 'SERVICE_IP', value: ['192.0.2.2'], secret: false },
      ],
    });
    const plan = planStart(project, observed({ containers: [containerOf(far, exited)] }), facts, 'all', options);
    expect(plan.operations.find(({ kind }) => kind === 'await-names')).to.deep.include({
      id: 'names far-main',
      dns: 'demo-far-main',
      by: 'client',
      needs: ['ready far-main'],
    });
    expect(plan.operations.find(({ id }) => id === 'check')?.needs).to.include('names far-main');
  });

  it('waits as long as the run conf says before it starts what depends on it', () => {
    const sleepSeconds = ({ service }: { readonly service: string }): number => (service === 'db' ? 2 : 0);
    const plan = planStart(
      project,
      observed({ containers: [web, db].map((each) => containerOf(each, exited)) }),
      facts,
      'all',
      { ...options, sleepSeconds },
    );
    expect(plan.operations.map(({ id, needs }) => `${id} <- ${needs.join()}`)).to.include.members([
      'sleep db-main <- ready db-main',
      'start web-main <- sleep db-main',
    ]);
  });

  it('leaves what runs as it is, and waits for nothing when nobody wants to', () => {
    const plan = planStart(
      project,
      observed({ containers: [containerOf(db), containerOf(web, exited)] }),
      facts,
      'all',
      { ...options, wait: false },
    );
    expect(plan.verdicts.map(({ verdict, key }) => `${verdict} ${key}`)).to.deep.equal([
      'keep db-main',
      'start web-main',
    ]);
    expect(plan.operations.map(({ id }) => id)).to.deep.equal(['lock', 'start web-main', 'unlock']);
  });

  it('starts the one that is meant and no other', () => {
    const plan = planStart(
      project,
      observed({ containers: [containerOf(db, exited), containerOf(web, exited)] }),
      facts,
      [{ service: 'web', instance: 'main' }],
      options,
    );
    expect(plan.operations.filter(({ kind }) => kind === 'start-container').map(({ id }) => id)).to.deep.equal([
      'start web-main',
    ]);
  });

  it('lets what is paused go on', () => {
    const plan = planStart(
      project,
      observed({ containers: [containerOf(web, { state: 'paused' })] }),
      facts,
      'all',
      options,
    );
    expect(plan.blockers).to.deep.equal([]);
    expect(plan.operations.map(({ id }) => id)).to.deep.equal(['lock', 'unpause web-main', 'unlock']);
  });

  it('refuses what was never whole, and a port that somebody else has now', () => {
    const gateway = spec('gateway', 'main', { ports: [{ container: 80, protocol: 'tcp', host: 8080 }] });
    const { ownership: _, ...foreign } = containerOf(spec('x', 'x'), {
      ports: [{ container: 80, protocol: 'tcp', host: 8080 }],
    });
    const plan = planStart(
      project,
      observed({ containers: [containerOf(db, { state: 'created' }), containerOf(gateway, exited), foreign] }),
      facts,
      'all',
      options,
    );
    expect(plan.blockers.map(({ message }) => message)).to.deep.equal([
      'demo-db-main was created, but never started',
      'port 8080/tcp of gateway-main is in use by container demo-x-x (a container that dockerops did not make)',
    ]);
    expect(plan.operations.filter(({ kind }) => kind === 'start-container').map(({ id }) => id)).to.deep.equal([
      'start gateway-main',
    ]);
  });

  it('puts leases again that we hold, also of what runs when the DNS starts', () => {
    const held = spec('pg', 'main', { lease: 'dockerops' });
    const plan = planStart(
      project,
      observed({ containers: [containerOf(dns, exited), containerOf(held)] }),
      facts,
      'all',
      options,
    );
    expect(plan.operations.find(({ kind }) => kind === 'hold-names')).to.deep.include({
      id: 'hold pg-main',
      needs: ['ready dockerops-dns-one'],
      dns: 'demo-dockerops-dns-one',
      address: [{ addressOf: 'demo-pg-main' }],
    });
  });

  it('starts instances that link to each other', () => {
    const [a, b] = [spec('a', 'one', linkTo('b-one')), spec('b', 'one', linkTo('a-one'))];
    const plan = planStart(
      project,
      observed({ containers: [containerOf(a, exited), containerOf(b, exited)] }),
      facts,
      'all',
      options,
    );
    expect(plan.operations.filter(({ kind }) => kind === 'start-container').map(({ id }) => id)).to.deep.equal([
      'start b-one',
      'start a-one',
    ]);
  });
});

describe('planning to stop', () => {
  it('stops who links before the target, and the DNS last', () => {
    const plan = planStop(
      project,
      observed({ containers: [dns, db, web].map((each) => containerOf(each)) }),
      'all',
      {},
    );
    expect(planToText(plan)).to.equal(
      [
        'stop db-main: requested',
        'stop dockerops-dns-one: requested',
        'stop web-main: requested',
        '[1] lock (one command at a time for project demo)',
        '[2] -> [1] stop web-main (requested)',
        '[3] -> [2] stop db-main (requested)',
        '[4] -> [3, 2] stop dockerops-dns-one (requested)',
        '[5] -> [4] unlock (one command at a time for project demo)',
      ].join('\n'),
    );
  });

  it('withdraws the names first while the DNS stays, and gives the time that is asked for', () => {
    const plan = planStop(
      project,
      observed({ containers: [dns, db].map((each) => containerOf(each)) }),
      [{ service: 'db', instance: undefined }],
      { timeoutSeconds: 3 },
    );
    expect(plan.operations.map(({ id, needs }) => [id, ...needs])).to.deep.equal([
      ['lock'],
      ['withdraw db-main', 'lock'],
      ['stop db-main', 'withdraw db-main'],
      ['unlock', 'stop db-main'],
    ]);
    expect(plan.operations.find(({ kind }) => kind === 'stop-container')).to.have.property('limitSeconds', 3);
  });

  it('leaves what was not confirmed, and keeps what was stopped before', () => {
    const state = observed({ containers: [containerOf(db, exited), containerOf(web), containerOf(dns)] });
    const stop = (only: readonly string[]): string =>
      planToText(planStop(project, state, { of: [{ service: '*', instance: undefined }], only }, {}));
    expect(stop(['web-main']))
      .to.contain('stop web-main: requested')
      .and.contain('keep db-main: is exited');
    expect(stop(['web-main'])).to.contain('keep dockerops-dns-one: is running');
    expect(stop([])).not.to.contain('stop ');
    const { warnings } = planStop(project, state, { of: 'all', only: ['web-main'] }, {});
    expect(warnings).to.deep.equal(['dockerops-dns-one came after the question and is left as it is']);
  });

  it('does nothing to what is stopped, or is not of this project', () => {
    const copy = containerOf(
      spec('demo', 'three'),
      {},
      { kind: 'project', name: 'demo', path: '/elsewhere', machine: 'm1' },
    );
    const plan = planStop(project, observed({ containers: [containerOf(db, exited), copy] }), 'all', {});
    expect(planToText(plan)).to.equal('keep db-main: is exited');
  });
});
