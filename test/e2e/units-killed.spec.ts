import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildUnitImage, ensureBalancerImage } from '../support/balancer.ts';
import { docker } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import { startLoad, type Load } from '../support/load.ts';
import { seededRandom } from '../support/random.ts';
import { ensureTestImage, findTestEngine } from '../support/real-engine.ts';
import { removeServed, unitContainers } from '../support/served.ts';
import { TestServe, type ServeAnswer } from '../support/serve.ts';
import { buildUnitImages, unitImages } from '../support/unit-images.ts';

/** More by hand: `KILLS=50` takes about 20 minutes. */
const kills = Number(process.env['KILLS'] ?? 5);
const images = [unitImages.one, unitImages.two, unitImages.bad];

describe('serve that is killed at any moment', function () {
  this.timeout(120_000 + kills * 60_000);
  const name = `dops-test-killed-${randomBytes(3).toString('hex')}`;
  /** Deployed as often as the others, and never deleted: every request to it is answered. */
  const steady = `${name}-web`;
  const services = [`${name}-one`, `${name}-two`, steady];
  const data = mkdtempSync(join(tmpdir(), 'dockerops-killed-'));
  const [right, wrong] = [`${name}/unit`, `${name}/fails`];
  // Below those that the kernel gives to outgoing connections.
  const publicPort = 21_000 + (process.pid % 5000);
  const ownPort = publicPort + 5000;
  let server: TestServe;
  let loads: readonly Load[] = [];
  const start = (): Promise<TestServe> =>
    new TestServe(['--data', data, '--name', name, '--public-port', String(publicPort)]).ready();
  /** Ids of the deployments that the server has answered, by service. */
  const acknowledged = new Map<string, string[]>();
  /** A deletion was asked for, and not answered. */
  const doubtful = new Set<string>();

  before(async function () {
    const engine = await findTestEngine();
    if (engine === undefined) return this.skip();
    await ensureTestImage(engine);
    await buildUnitImages();
    await ensureBalancerImage();
    await buildUnitImage(right);
    await buildUnitImage(wrong, { FAILS: 'yes' });
    server = await start();
    expect((await create(steady)).status).to.equal(201);
    expect((await deploy(steady, right, '?wait=true')).status).to.equal(200);
    acknowledged.set(steady, []);
  });
  after(async () => {
    await Promise.all(loads.map((load) => load.stop()));
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
    await server?.end('SIGTERM');
    await removeServed(name);
    await docker('rmi', right, wrong).catch(() => {});
    rmSync(data, { recursive: true });
  });

  const units = (service: string): Promise<readonly string[]> => unitContainers(name, service);

  /** By name on the public port, and the steady one on a port of its own as well. */
  const create = (service: string): Promise<ServeAnswer> => {
    const ports = [{ container: 9000, ...(service === steady ? { host: ownPort } : {}) }];
    const body = { name: service, dockerRepository: 'dops-test/unit', numInstances: 2, publicFacing: true, ports };
    return server.ask('POST', '/services', body);
  };
  const deploy = (service: string, image: string, query = ''): Promise<ServeAnswer> =>
    server.ask('POST', `/hooks/deploy${query}`, { serviceName: service, dockerRepository: image, pushedAt: 1 });
  const imageFor = (service: string, random: () => number): string => {
    if (service === steady) return random() < 0.25 ? wrong : right;
    return images[Math.floor(random() * images.length)] ?? '';
  };

  const deleted = (service: string): number => (service === steady ? 0 : 0.15);

  /** Requests at random until the server is killed; what was answered is remembered. */
  const useIt = async (random: () => number): Promise<void> => {
    for (let count = 0; count < 20; count += 1) {
      const service = services[Math.floor(random() * services.length)] ?? '';
      const choice = random();
      const known = acknowledged.get(service);
      if (known === undefined) {
        if ((await create(service)).status === 201) acknowledged.set(service, []);
      } else if (choice < deleted(service)) {
        doubtful.add(service);
        if ((await server.ask('DELETE', `/services/${service}`)).status === 204) acknowledged.delete(service);
        doubtful.delete(service);
      } else if (choice < 0.3) {
        await server.ask('PATCH', `/services/${service}/config/next`, { env: { NUMBER: count } });
      } else {
        const { status, headers } = await deploy(service, imageFor(service, random));
        if (status === 200) known.push(headers.get('location') ?? '');
      }
      await delay(random() * 800);
    }
  };

  const isInOrder = async (service: string): Promise<void> => {
    const { json } = await server.ask('GET', `/deployments?service=${service}`);
    const deployments = (json['doc'] ?? []) as readonly { readonly version: number; readonly state: string }[];
    for (const { state } of deployments) expect(state).to.be.oneOf(['done', 'failed', 'superseded']);
    const done = deployments.filter(({ state }) => state === 'done').map(({ version }) => version);
    const running = done.length === 0 ? undefined : Math.max(...done);
    const expected = running === undefined ? [] : [1, 2].map((one) => `${service}-${String(running)}-${String(one)}`);
    expect(await units(service)).to.deep.equal(expected);
  };

  /** What was answered before is known; of the deployments those of the latest versions. */
  const isKnown = async (service: string): Promise<void> => {
    const { status } = await server.ask('GET', `/services/${service}`);
    if (status === 404 && doubtful.has(service)) acknowledged.delete(service);
    else if (status === 200 && !acknowledged.has(service)) acknowledged.set(service, []);
    doubtful.delete(service);
    const deployments = acknowledged.get(service);
    expect(status).to.equal(deployments === undefined ? 404 : 200);
    for (const location of (deployments ?? []).slice(-3))
      expect((await server.ask('GET', location)).status).to.equal(200);
  };

  const balancers = (): Promise<string> =>
    docker(
      ...['ps', '-a', '--filter', `label=dockerops.server=${name}`, '--filter', 'label=dockerops.balancer'],
      ...['--format', '{{.Names}} {{.State}}'],
    );

  /** What was answered is there, every deployment has ended, and there is one balancer for each port. */
  const settles = async (where: string): Promise<void> => {
    for (const service of services)
      await isKnown(service)
        .then(() => eventually(() => isInOrder(service), 60_000))
        .catch((error: unknown) => {
          throw new Error(`${where}, ${service}: ${String(error)}\n${server.log.slice(-3000)}`, { cause: error });
        });
    expect((await balancers()).split('\n').sort()).to.deep.equal(
      [publicPort, ownPort].map((port) => `dockerops-balancer-${String(port)} running`),
    );
  };

  it(`loses nothing and leaves no unit over, and balancers answer meanwhile (${String(kills)} times)`, async () => {
    const seed = randomBytes(4).readUInt32LE();
    const random = seededRandom(seed);
    loads = [
      startLoad({ port: publicPort, host: steady }),
      startLoad({ port: ownPort, host: 'any', kinds: ['short', 'upload', 'websocket'] }),
    ];
    for (let round = 1; round <= kills; round += 1) {
      const killed = delay(random() * 6000).then(() => server.end('SIGKILL'));
      // A request that is under way is refused, and may have been done.
      await useIt(random).catch(() => {});
      await killed;
      server = await start();
      await settles(`round ${String(round)} of seed ${String(seed)}`);
    }
    for (const { answered, lost } of await Promise.all(loads.map((load) => load.stop()))) {
      expect(lost, `seed ${String(seed)}`).to.deep.equal([]);
      expect(answered.short).to.be.greaterThan(0);
    }
  });
});
