import { request, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { label } from '../../src/lib/labels.ts';
import {
  unitNetwork,
  type Balanced,
  type BalancedRoute,
  type BalancedUnit,
  type Balancing,
} from '../../src/lib/server/balancer/balancing.ts';
import { buildUnitImage, ensureBalancerImage, openBalancers } from '../support/balancer.ts';
import { docker } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import { startLoad } from '../support/load.ts';
import { findTestEngine, startTestRun, type TestRun } from '../support/real-engine.ts';

/** The balancers of a server on a local engine, with units that the test makes. */
describe('balancers of a local engine', function () {
  this.timeout(120_000);
  let run: TestRun;
  let server: string;
  let image: string | undefined;
  let balancing: Balancing;
  const [port, other] = [20_000 + (process.pid % 6000), 26_000 + (process.pid % 6000)];

  before(async function () {
    this.timeout(600_000);
    const engine = await findTestEngine();
    if (engine === undefined) return this.skip();
    run = startTestRun(engine);
    server = run.prefix.replace(/-$/, '');
    image = `dops-test/unit-${server}`;
    await ensureBalancerImage();
    await buildUnitImage(image);
    const labels = ['--label', `${label.test}=${run.labels[label.test] ?? ''}`];
    await docker('network', 'create', ...labels, unitNetwork(server));
    balancing = await openBalancers(server, 'paz');
  });

  after(async () => {
    if (image === undefined) return;
    await balancing.balance([], []);
    await run.cleanUp();
    await docker('rmi', image);
  });

  afterEach(() => balancing.balance([], []));

  const route = (service: string, more: Partial<BalancedRoute> = {}): BalancedRoute => ({
    service,
    hostPort: port,
    containerPort: 9000,
    byName: true,
    ...more,
  });

  /** A unit that answers with its name. */
  const start = async (name: string, more: Partial<BalancedUnit> = {}): Promise<BalancedUnit> => {
    const container = `${run.prefix}${name}`;
    const labels = ['--label', `${label.test}=${run.labels[label.test] ?? ''}`];
    const network = unitNetwork(server);
    const options = ['--detach', '--name', container, '--network', network, '--env', `UNIT_NAME=${name}`, ...labels];
    await docker('run', ...options, image ?? '');
    const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
    const address = await docker('inspect', '--format', format, container);
    await eventually(() => docker('exec', container, 'python3', '-c', probe));
    const [service = ''] = name.split('-');
    return { service, hostPort: port, unit: name, address, port: 9000, isDraining: false, ...more };
  };
  const probe = 'import socket; socket.create_connection(("127.0.0.1", 9000)).close()';
  const remove = (unit: BalancedUnit): Promise<string> => docker('rm', '-f', '-v', `${run.prefix}${unit.unit}`);
  const draining = (unit: BalancedUnit): BalancedUnit => ({ ...unit, isDraining: true });

  const ask = async (host: string, on = port): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = { host: '127.0.0.1', port: on, path: '/x', headers: { host }, agent: false } as const;
    request(options, resolve).on('error', reject).end();
    const answer = await promise;
    return `${String(answer.statusCode)} ${(await text(answer)).trim()}`;
  };

  it('leads requests to units by the name of the service; a name of none is 404, no unit 503', async () => {
    const web = await start('web-1-1');
    await balancing.balance([route('web'), route('empty')], [web]);
    expect(await ask('web')).to.equal('200 web-1-1 /x');
    expect(await ask('WEB.paz:80')).to.equal('200 web-1-1 /x');
    expect(await ask('other.paz')).to.match(/^404 /);
    expect(await ask('empty.paz')).to.match(/^503 /);
    await remove(web);
  });

  it('loses no request while units come and go and other services get a name', async () => {
    let current = [await start('web-1-1'), await start('web-1-2')];
    let routes = [route('web')];
    await balancing.balance(routes, current);
    const load = startLoad({ port, host: 'web.paz' });
    for (let version = 2; version <= 6; version += 1) {
      const next = [await start(`web-${String(version)}-1`), await start(`web-${String(version)}-2`)];
      if (version % 2 === 0) routes = [...routes, route(`more${String(version)}`)];
      await balancing.balance(routes, [...current, ...next]);
      const leaving = current.map(draining);
      await eventually(async () => {
        const { sessions } = await balancing.balance(routes, [...leaving, ...next]);
        expect([...sessions.values()].reduce((sum, count) => sum + count, 0)).to.equal(0);
      }, 30_000);
      await balancing.balance(routes, next);
      for (const unit of leaving) await remove(unit);
      current = next;
    }
    const result = await load.stop();
    expect(result.lost).to.deep.equal([]);
    expect([...result.units]).to.include.members(['web-1-1', 'web-6-1', 'web-6-2']);
    for (const count of Object.values(result.answered)) expect(count).to.be.greaterThan(0);
    for (const unit of current) await remove(unit);
  });

  it('goes on after a restart of the balancer, and after it was removed', async () => {
    const web = await start('web-1-1');
    const name = `dockerops-balancer-${String(port)}`;
    await balancing.balance([route('web')], [web]);
    await docker('restart', name);
    await eventually(async () => expect(await ask('web')).to.equal('200 web-1-1 /x'));
    await docker('rm', '-f', name);
    await balancing.balance([route('web')], [web]);
    expect(await ask('web')).to.equal('200 web-1-1 /x');
    await remove(web);
  });

  it('a unit that is killed costs at most the requests that it had', async () => {
    const units = [await start('web-1-1'), await start('web-1-2')];
    await balancing.balance([route('web')], units);
    await docker('kill', `${run.prefix}web-1-1`);
    for (let request = 0; request < 20; request += 1) expect(await ask('web')).to.equal('200 web-1-2 /x');
    for (const unit of units) await remove(unit);
  });

  it('gives a port of its own to a service that is not reached by name', async () => {
    const more = { hostPort: other };
    const db = await start('db-1-1', more);
    const own = { service: 'db', hostPort: other, containerPort: 9000 };
    await balancing.balance([own], [db]);
    expect(await ask('whatever', other)).to.equal('200 db-1-1 /x');
    await remove(db);
  });

  it('names who holds a port, and has it as soon as it is free', async () => {
    const web = await start('web-1-1');
    const reason = ({ refused }: Balanced): string => refused.get(port) ?? '';
    const busy = createServer().listen(port, '0.0.0.0');
    await new Promise((resolve) => busy.once('listening', resolve));
    expect(reason(await balancing.balance([route('web')], [web]))).to.match(/in use by node \(pid \d+\)/);
    await new Promise((resolve) => busy.close(resolve));
    const holder = await start('holder-1-1');
    const published = ['--publish', `${String(port)}:9000`, '--label', `${label.test}=${run.labels[label.test] ?? ''}`];
    await docker('run', '-d', '--name', `${run.prefix}held`, ...published, image ?? '');
    const { refused } = await balancing.balance([route('web')], [web]);
    expect(refused.get(port)).to.contain(`in use by container ${run.prefix}held`);
    await docker('rm', '-f', `${run.prefix}held`);
    expect((await balancing.balance([route('web')], [web])).refused.size).to.equal(0);
    expect(await ask('web')).to.equal('200 web-1-1 /x');
    for (const unit of [web, holder]) await remove(unit);
  });

  it('removes the balancer of a port that no service has any more', async () => {
    const web = await start('web-1-1');
    await balancing.balance([route('web')], [web]);
    await balancing.balance([], []);
    const found = await docker('ps', '-aq', '--filter', `label=${label.server}=${server}`);
    expect(found).to.equal('');
    await remove(web);
  });
});
