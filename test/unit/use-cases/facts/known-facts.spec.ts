import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EngineFacts, ObservedNetwork } from '../../../../src/lib/model/observed-state.ts';
import { factsFinder } from '../../../../src/lib/use-cases/facts/known-facts.ts';
import { Remembered } from '../../../../src/lib/file-cache.ts';

const facts: EngineFacts = {
  id: 'one',
  hostname: 'here',
  version: '28',
  apiVersion: '1.51',
  os: 'linux',
  architecture: 'amd64',
  swarm: 'inactive',
};
const network = (name: string, id = name): ObservedNetwork => ({ id, name, driver: 'bridge', subnets: [], labels: {} });
const bridge = network('bridge', 'first start');

describe('facts of an engine', () => {
  let directory = '';
  let asked = 0;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-facts-'));
    asked = 0;
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** As a command of its own. */
  function find(
    networks: readonly ObservedNetwork[],
    { address = 'unix:///var/run/docker.sock', told = facts, ownHostname = 'here' } = {},
  ): Promise<EngineFacts> {
    const engine = {
      address,
      facts: () => {
        asked += 1;
        return Promise.resolve(told);
      },
    };
    return factsFinder(engine, new Remembered(join(directory, 'engine.json')), ownHostname)(networks);
  }

  it('are asked for once, while it runs', async () => {
    expect(await find([bridge])).to.deep.equal(facts);
    expect(await find([bridge, network('more')])).to.deep.equal(facts);
    expect(asked).to.equal(1);
  });

  it('are asked for again after it started anew', async () => {
    await find([bridge]);
    const updated = { ...facts, version: '29' };
    expect(await find([network('bridge', 'second start')], { told: updated })).to.deep.equal(updated);
  });

  it('are asked for again when the host was renamed', async () => {
    await find([bridge]);
    const renamed = { ...facts, hostname: 'there' };
    expect(await find([bridge], { told: renamed, ownHostname: 'there' })).to.deep.equal(renamed);
  });

  it('are asked for again when it joined a swarm', async () => {
    await find([bridge]);
    const manager = { ...facts, swarm: 'manager' } as const;
    expect(await find([bridge, network('ingress')], { told: manager })).to.deep.equal(manager);
  });

  const everyTime: readonly (readonly [string, readonly ObservedNetwork[], Parameters<typeof find>[1]])[] = [
    ['an engine elsewhere', [bridge], { address: 'tcp://far:2376' }],
    ['one of another name behind a socket here', [bridge], { told: { ...facts, hostname: 'docker-desktop' } }],
    ['one that was in a swarm without its network', [bridge], { told: { ...facts, swarm: 'worker' } }],
    ['one without a default bridge', [network('podman')], {}],
  ];
  for (const [what, networks, options] of everyTime) {
    it(`are asked for each time: ${what}`, async () => {
      await find(networks, options);
      await find(networks, options);
      expect(asked).to.equal(2);
    });
  }
});
