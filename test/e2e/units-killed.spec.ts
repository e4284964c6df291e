import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { seededRandom } from '../support/random.ts';
import { ensureTestImage, findTestEngine } from '../support/real-engine.ts';
import { removeServed, unitContainers } from '../support/served.ts';
import { TestServe } from '../support/serve.ts';
import { buildUnitImages, unitImages } from '../support/unit-images.ts';

/** More by hand: `KILLS=50`. */
const kills = Number(process.env['KILLS'] ?? 5);
const images = [unitImages.one, unitImages.two, unitImages.bad];
const services = ['killed-one', 'killed-two'];

describe('serve that is killed at any moment', function () {
  this.timeout(120_000 + kills * 60_000);
  const name = `dops-test-killed-${randomBytes(3).toString('hex')}`;
  const data = mkdtempSync(join(tmpdir(), 'dockerops-killed-'));
  let server: TestServe;
  const start = (): Promise<TestServe> => new TestServe(['--data', data, '--name', name]).ready();
  /** Ids of the deployments that the server has answered, by service. */
  const acknowledged = new Map<string, string[]>();
  /** A deletion was asked for, and not answered. */
  const doubtful = new Set<string>();

  before(async function () {
    const engine = await findTestEngine();
    if (engine === undefined) return this.skip();
    await ensureTestImage(engine);
    await buildUnitImages();
    server = await start();
  });
  after(async () => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
    await server?.end('SIGTERM');
    await removeServed(name);
    rmSync(data, { recursive: true });
  });

  const units = (service: string): Promise<readonly string[]> => unitContainers(name, service);

  /** Requests at random until the server is killed; what was answered is remembered. */
  const useIt = async (random: () => number): Promise<void> => {
    for (let count = 0; count < 20; count += 1) {
      const service = services[Math.floor(random() * services.length)] ?? '';
      const choice = random();
      const known = acknowledged.get(service);
      if (known === undefined) {
        const body = { name: service, dockerRepository: 'dops-test/unit', numInstances: 2 };
        if ((await server.ask('POST', '/services', body)).status === 201) acknowledged.set(service, []);
      } else if (choice < 0.15) {
        doubtful.add(service);
        if ((await server.ask('DELETE', `/services/${service}`)).status === 204) acknowledged.delete(service);
        doubtful.delete(service);
      } else if (choice < 0.3) {
        await server.ask('PATCH', `/services/${service}/config/next`, { env: { NUMBER: count } });
      } else {
        const image = images[Math.floor(random() * images.length)] ?? '';
        const body = { serviceName: service, dockerRepository: image, pushedAt: 1 };
        const { status, headers } = await server.ask('POST', '/hooks/deploy', body);
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

  it(`loses nothing that it has answered, and leaves no unit over (${String(kills)} times)`, async () => {
    const seed = randomBytes(4).readUInt32LE();
    const random = seededRandom(seed);
    for (let round = 1; round <= kills; round += 1) {
      const killed = delay(random() * 6000).then(() => server.end('SIGKILL'));
      // A request that is under way is refused, and may have been done.
      await useIt(random).catch(() => {});
      await killed;
      server = await start();
      for (const service of services)
        await isKnown(service)
          .then(() => eventually(() => isInOrder(service), 60_000))
          .catch((error: unknown) => {
            const where = `round ${String(round)} of seed ${String(seed)}, ${service}`;
            throw new Error(`${where}: ${String(error)}\n${server.log.slice(-3000)}`, { cause: error });
          });
    }
  });
});
