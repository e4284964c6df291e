import { expect } from 'chai';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkName } from '../../src/lib/project/find-project.ts';
import { dockerops, type CliResult } from '../support/cli.ts';
import { askAll, docker, dockerExec, readAnswers } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import { Hosts, type Host } from '../support/hosts.ts';
import { Playground } from '../support/playground.ts';

const leaseLimit = 100_000;
/** Its engine answers for host names; that of Debian 12 does not. `sid` has a newer one. */
const newer = process.env['E2E_HOST_RELEASE'] ?? 'trixie';

/**
 * One run.conf on two engines, each host with its own copy of the project: the DNS on the first, instances on both.
 * Hosts reach each other by their addresses only; the addresses of their containers are the same on both. The second
 * has a newer engine.
 */
describe('names across hosts', function () {
  this.timeout(400_000);
  const playground = new Playground('hosts');
  const { project } = playground;
  const hosts = new Hosts(project);
  let root: string;
  let first: Host;
  let second: Host;

  before(async () => {
    await playground.open();
    root = await mkdtemp(join(tmpdir(), `${project}-`));
    await writeProject(join(root, 'here'));
    // Images of the instances, and the base image of the hosts.
    const built = await dockerops(['build:all'], { cwd: join(root, 'here'), environment: playground.environment });
    expect(built.code, built.stderr).to.equal(0);
    await hosts.open([newer]);
    [first, second] = await Promise.all([hosts.start('first'), hosts.start('second', newer)]);
    await Promise.all([
      hosts.load(first, ['dockerops/dockerops-dns', `${project}/app`]),
      hosts.load(second, [`${project}/app`, `${project}/lead`]),
    ]);
    for (const name of ['first', 'second']) await writeProject(join(root, name), [first.address, second.address]);
  });
  after(async () => {
    await hosts.close();
    await playground.close();
    await rm(root, { recursive: true, force: true });
  });

  /** Without addresses, for the build. */
  async function writeProject(
    directory: string,
    [dnsAddress = '', otherAddress = '']: readonly string[] = [],
    ofDns: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (const service of ['app', 'lead']) {
      await mkdir(join(directory, 'services', service), { recursive: true });
      await writeFile(join(directory, 'services', service, 'Dockerfile'), 'FROM dockerops/dockerops-base\nEXPOSE 80\n');
    }
    const away = { DNS_SERVICE_IP: dnsAddress };
    // Found at addresses that are no host's, so that they need not be free.
    const somewhere = { publish_ports: true, ports: ['127.0.0.1::80'] };
    await writeFile(
      join(directory, 'run.conf'),
      JSON.stringify([
        {
          service: 'dockerops-dns',
          instance: 'one',
          group: 'first',
          publish_ports: true,
          env_vars: { SERVICE_IP: dnsAddress, ...ofDns },
        },
        { service: 'app', instance: 'a', group: 'first', publish_ports: true, env_vars: { SERVICE_IP: dnsAddress } },
        {
          service: 'app',
          instance: 'b',
          group: 'second',
          publish_ports: true,
          env_vars: { ...away, SERVICE_IP: otherAddress },
        },
        { service: 'app', instance: 'unseen', group: 'second', env_vars: away },
        {
          service: 'lead',
          instance: 'old',
          group: 'second',
          ...somewhere,
          env_vars: { ...away, SERVICE_IP: '192.0.2.21', DNS_UPDATE_POLICY: 'REPLACE' },
        },
        {
          service: 'lead',
          instance: 'new',
          group: 'second',
          ...somewhere,
          env_vars: { ...away, SERVICE_IP: '192.0.2.22', DNS_UPDATE_POLICY: 'REPLACE' },
          depends_on: ['lead-old'],
        },
        { service: 'app', instance: 'hidden', group: 'second', env_vars: { ...away, DNS_UPDATE_POLICY: 'HIDE' } },
      ]),
    );
  }

  const on = (host: Host, directory: string, ...words: string[]): Promise<CliResult> =>
    dockerops(['--host', host.engine, ...words], { cwd: join(root, directory), environment: playground.environment });

  /** From inside an instance on a host. */
  async function resolveAll(
    host: Host,
    instance: string,
    ...names: readonly string[]
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    const { text } = await dockerExec(host.container, [
      'docker',
      'exec',
      `${project}-app-${instance}`,
      'sh',
      '-c',
      askAll,
      'sh',
      ...names.map((name) => `${name}.local.zone.`),
    ]);
    return Object.fromEntries(
      Object.entries(readAnswers(text)).map(([name, addresses]) => [name.replace('.local.zone.', ''), addresses]),
    );
  }

  async function resolve(host: Host, instance: string, name: string): Promise<readonly string[]> {
    return (await resolveAll(host, instance, name))[name] ?? [];
  }

  async function expectBoth(): Promise<void> {
    const expected = {
      app: [first.address, second.address].sort(),
      'app-a': [first.address],
      'app-b': [second.address],
      dns: [first.address],
    };
    for (const [host, instance] of [
      [first, 'a'],
      [second, 'b'],
      [second, 'unseen'],
    ] as const) {
      expect(await resolveAll(host, instance, ...Object.keys(expected)), `asked in ${instance}`).to.deep.equal(
        expected,
      );
    }
  }

  it("each resolves the other's instances by SERVICE_IP, once the key is carried over", async () => {
    const ran = await on(first, 'first', 'run:group=first');
    expect(ran.code, ran.stderr).to.equal(0);
    const key = join(root, 'dns.key');
    expect((await on(first, 'first', 'dns', 'export-key', '--output', key)).code).to.equal(0);
    expect((await on(second, 'second', 'dns', 'import-key', key)).code).to.equal(0);
    const other = await on(second, 'second', 'run:group=second');
    expect(other.code, other.stderr).to.equal(0);
    // A run ends when its names resolve, also with the DNS on another host.
    await expectBoth();
  });

  it('the address of a container on another host is not published, and its client says why', async () => {
    expect(await resolve(first, 'a', 'app-unseen')).to.deep.equal([]);
    const log = await dockerExec(second.container, [
      'docker',
      'exec',
      '-u',
      'root',
      `${project}-app-unseen`,
      'cat',
      '/var/log/dockerops-dns-client.log',
    ]);
    expect(log.text).to.contain('SERVICE_IP is not set');
    const { claims } = JSON.parse((await on(first, 'first', 'dns', 'why', 'app-unseen', '--json')).stdout) as {
      claims: readonly { reason: string }[];
    };
    expect(claims.map(({ reason }) => reason)).to.deep.equal(['HIDE publishes nothing']);
  });

  it('an engine that answers for host names does not bypass HIDE and REPLACE', async () => {
    const ask = (name: string): ReturnType<typeof dockerExec> =>
      dockerExec(second.container, ['docker', 'exec', `${project}-app-unseen`, 'getent', 'ahostsv4', name]);
    expect((await ask(`${project}-app-hidden`)).text, 'the engine answers for containers').to.match(/^10\./);
    expect((await ask('app-hidden')).text).to.equal('');
    expect((await ask('lead')).text)
      .to.contain('192.0.2.22 ')
      .and.not.contain('192.0.2.21 ');
  });

  it('a clean on the other host removes the name at once', async () => {
    expect((await on(second, 'second', 'clean:app,instance=b')).code).to.equal(0);
    await eventually(async () => expect(await resolve(first, 'a', 'app')).to.deep.equal([first.address]));
    expect((await on(second, 'second', 'run:app,instance=b')).code).to.equal(0);
    await expectBoth();
  });

  it('a rerun on the other host withdraws the name of a running instance, and ends when it is back', async () => {
    const state = async (): Promise<string> =>
      (
        await dockerExec(second.container, [
          'docker',
          'inspect',
          '--format',
          '{{.Id}} {{.State.Running}}',
          `${project}-app-b`,
        ])
      ).text.trim();
    const before = await state();
    const rerun = on(second, 'second', 'rerun:app,instance=b');
    await eventually(async () => {
      expect(await resolve(first, 'a', 'app')).to.deep.equal([first.address]);
      expect(await state()).to.equal(before);
    });
    const result = await rerun;
    expect(result.code, result.stderr).to.equal(0);
    expect(await state()).not.to.equal(before);
    await expectBoth();
  });

  it('resolves names of the internet for another host only with DNS_ALLOW', async () => {
    // Not of the zone: the DNS forwards the query to the resolver of its engine.
    const neighbour = `${project}-app-a`;
    const outside = `${neighbour}.${networkName(project)}`;
    const asked = async (): Promise<string> =>
      (await dockerExec(second.container, ['docker', 'exec', `${project}-app-b`, 'getent', 'ahostsv4', outside])).text;
    expect(await asked()).to.equal('');
    await writeProject(join(root, 'first'), [first.address, second.address], {
      DNS_ALLOW: `192.0.2.0/24, ${second.address}/32`,
    });
    const again = await on(first, 'first', 'run:dockerops-dns,instance=one,replace=True');
    expect(again.code, again.stderr).to.equal(0);
    const address = (
      await dockerExec(first.container, [
        'docker',
        'inspect',
        '--format',
        '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
        neighbour,
      ])
    ).text.trim();
    await eventually(async () => expect(await asked()).to.contain(`${address} `));
    await eventually(expectBoth, 30_000);
  });

  it('after a restart of the engine that the DNS is on, all names are there again', async () => {
    await docker('kill', first.container);
    await docker('start', first.container);
    await hosts.awaitEngine(first);
    await eventually(expectBoth, 60_000);
  });

  it('the names of a host that dies are gone when their leases have expired', async () => {
    await docker('kill', second.container);
    await eventually(async () => {
      expect(await resolve(first, 'a', 'app')).to.deep.equal([first.address]);
      expect(await resolve(first, 'a', 'app-b')).to.deep.equal([]);
    }, leaseLimit);
  });
});
