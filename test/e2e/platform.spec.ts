import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliResult } from '../support/cli.ts';
import { docker, dockerExec } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import { Hosts, type Host } from '../support/hosts.ts';
import { Playground } from '../support/playground.ts';
import { seededRandom } from '../support/random.ts';
import { copyShop, freePort, ShopClient } from '../support/shop.ts';

const seed = Number(process.env['DOCKEROPS_TEST_SEED'] ?? Math.trunc(performance.timeOrigin));

/** A kill that the engine does not restart from, a crash that it does, and a removal. */
const deaths: readonly ((container: string) => Promise<unknown>)[] = [
  (container) => docker('kill', container),
  async (container) => process.kill(await pidOf(container), 'SIGKILL'),
  (container) => docker('rm', '-f', container),
];

/**
 * Waits for a pid: it is 0 while the engine restarts the container, and signal 9 to 0 would kill this process group.
 */
async function pidOf(container: string): Promise<number> {
  return eventually(async () => {
    const pid = Number(await docker('inspect', '--format', '{{.State.Pid}}', container));
    expect(pid, `pid of ${container}`).to.be.greaterThan(0);
    return pid;
  });
}

/** A database, a queue, two web services, a worker and a gateway: see test/e2e/projects/shop. */
describe(`a whole platform (DOCKEROPS_TEST_SEED=${String(seed)})`, function () {
  this.timeout(240_000);
  const playground = new Playground('shop');
  const random = seededRandom(seed);
  const environment = { POSTGRES_PASSWORD: "it's secret" };
  const taken: string[] = [];
  let shop: ShopClient;
  const run = async (...words: string[]): Promise<CliResult> => {
    const result = await playground.run([...words, '--yes'], { environment });
    expect(result.code, `${words.join(' ')}\n${result.stderr}`).to.equal(0);
    return result;
  };
  const container = (key: string): string => `${playground.project}-${key}`;

  async function takeOrders(count: number): Promise<void> {
    for (let made = 0; made < count; made += 1) {
      const id = `order-${String(taken.length).padStart(3, '0')}`;
      await eventually(() => shop.order(id, 'tea'), 30_000);
      taken.push(id);
    }
  }

  const expectAllSold = (): Promise<unknown> =>
    eventually(async () => expect(await shop.sales()).to.deep.equal(taken), 30_000);

  before(async () => {
    await playground.open();
    const port = await freePort();
    await copyShop(playground.directory, playground.project, port);
    shop = new ShopClient(`http://127.0.0.1:${String(port)}`);
    await run('build:all');
  });
  after(() => playground.close());

  it('does not start without the password, and says who needs it', async () => {
    const result = await playground.run(['run:all']);
    expect(result.code).to.equal(2);
    expect(result.stderr)
      .to.contain('POSTGRES_PASSWORD')
      .and.to.contain('services/postgres/required_env_vars.json')
      .and.to.contain('run.conf:');
    expect(await playground.containerIds()).to.deep.equal({});
  });

  it('runs, takes orders and keeps them', async () => {
    await run('run:all');
    await eventually(() => shop.addItem('tea', 3), 30_000);
    expect(await shop.items()).to.deep.equal({ items: { tea: 3 }, from: 'database' });
    expect(await shop.items()).to.deep.equal({ items: { tea: 3 }, from: 'cache' });
    await takeOrders(5);
    await expectAllSold();
    const secret = await run('env:orders,instance=one');
    expect(secret.stdout).to.contain('POSTGRES_PASSWORD').and.not.to.contain(environment.POSTGRES_PASSWORD);
  });

  it('loses no accepted order, whichever instance dies', async () => {
    const keys = ['postgres-main', 'redis-main', 'worker-one', 'catalogue-one', 'orders-one', 'gateway-main'];
    for (let round = 0; round < 3; round += 1) {
      const dying = keys.toSorted(() => random() - 0.5).slice(0, 2);
      for (const key of dying) await deaths[Math.floor(random() * deaths.length)]?.(container(key));
      await run('run:all,replace=True');
      await takeOrders(3);
      await expectAllSold();
    }
    await eventually(async () => expect((await shop.items()).items).to.deep.equal({ tea: 3 }));
  });

  it('a program that dies inside its container fails the run, and ps says so', async () => {
    await dockerExec(container('worker-one'), ['sh', '-c', 'rm /srv/worker.py && pkill -9 -f worker.py']);
    await eventually(
      async () => expect((await playground.run(['ps'])).stdout).to.match(/worker +one .*unhealthy/),
      60_000,
    );
    const result = await playground.run(['run:all'], { environment });
    expect(result.code).to.equal(1);
    expect(result.stderr).to.contain('worker-one: worker FATAL');
    expect(result.stderr).to.contain('dockerops rerun:worker,instance=one');
    await run('rerun:worker,instance=one');
    await takeOrders(1);
    await expectAllSold();
  });

  it('has everything again after a clean', async () => {
    await run('clean:all,force');
    expect(await playground.containerIds()).to.deep.equal({});
    expect(await playground.networkNames()).to.deep.equal([]);
    await run('run:all');
    await expectAllSold();
    await eventually(async () => expect((await shop.items()).items).to.deep.equal({ tea: 3 }));
    await run('clean:all,force');
  });

  describe('on two hosts', () => {
    const hosts = new Hosts(playground.project);
    let back: Host;
    let front: Host;
    /** Each machine has its own copy of the project, with its own host.conf. */
    const at = (name: string): string => join(playground.directory, name);
    const on = async (host: Host, name: string, ...words: string[]): Promise<void> => {
      const result = await playground.run(['--host', host.engine, ...words, '--yes'], { cwd: at(name) });
      expect(result.code, `${words.join(' ')}\n${result.stderr}`).to.equal(0);
    };
    const image = (service: string): string => `${playground.project}/${service}`;

    before(async () => {
      await hosts.open();
      [back, front] = await Promise.all([hosts.start('back'), hosts.start('front')]);
      await Promise.all([
        hosts.load(back, ['postgres', 'redis', 'worker'].map(image)),
        hosts.load(front, ['catalogue', 'orders', 'gateway'].map(image)),
      ]);
      await copyShop(at('back'), playground.project, 0, { ...environment, SERVICE_IP: back.address });
      await copyShop(at('front'), playground.project, 0, {
        ...environment,
        DB_SERVICE_IP: back.address,
        CACHE_SERVICE_IP: back.address,
      });
      shop = new ShopClient(`http://${front.address}`);
      taken.length = 0;
    });
    after(() => hosts.close());

    it('each runs its group, and they find each other by the addresses in host.conf', async () => {
      await on(back, 'back', 'run:group=back,conf=two-hosts');
      expect(JSON.parse(await readFile(join(at('back'), 'host.conf'), 'utf8'))).to.include({
        last_conf: 'two-hosts.conf',
      });
      await on(front, 'front', 'run:group=front,conf=two-hosts');
      await eventually(() => shop.addItem('tea', 4), 30_000);
      await takeOrders(3);
      await expectAllSold();
    });

    it('the database keeps its data when its host dies', async () => {
      await docker('kill', back.container);
      await docker('start', back.container);
      await hosts.awaitEngine(back);
      await takeOrders(2);
      await expectAllSold();
      expect((await shop.items()).items).to.deep.equal({ tea: 4 });
    });
  });
});
