import { expect } from 'chai';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CliResult } from '../support/cli.ts';
import { docker, dockerExec } from '../support/docker.ts';
import { DnsProject } from '../support/dns-project.ts';
import { eventually } from '../support/eventually.ts';
import { Playground } from '../support/playground.ts';
import { TestServe } from '../support/serve.ts';

interface Names {
  readonly zone: string;
  readonly names: readonly {
    readonly name: string;
    readonly addresses: readonly string[];
    readonly holders: readonly { readonly instance: string; readonly heldBy: string; readonly engine: string }[];
  }[];
}
interface Why {
  readonly addresses: readonly string[];
  readonly claims: readonly { readonly instance: string; readonly wins: boolean; readonly reason: string }[];
  readonly from: { readonly addresses: readonly string[]; readonly agrees: boolean };
}

describe('the commands of the DNS', function () {
  this.timeout(180_000);
  const playground = new Playground('dnscmd');
  const project = new DnsProject(playground);
  const dns = project.container('dockerops-dns-one');
  const run = (...words: string[]): Promise<CliResult> => project.run(...words);

  before(async () => {
    await playground.open();
    await project.write(DnsProject.conf.filter((entry) => !('service' in entry && entry.service === 'secret')));
    const result = await run('run:all');
    expect(result.code, result.stderr).to.equal(0);
  });
  after(() => playground.close());

  async function json<T>(...words: string[]): Promise<T> {
    const result = await run(...words, '--json');
    expect(result.code, result.stderr).to.equal(0);
    return JSON.parse(result.stdout) as T;
  }

  it('have their answers in the list of a server on the same engine', async () => {
    const server = new TestServe(['--data', join(playground.directory, 'serve'), '--name', playground.project]);
    try {
      await server.ready();
      const body = { name: 'app', dockerRepository: 'demo/app', publicFacing: true, ports: [{ container: 80 }] };
      expect((await server.ask('POST', '/services', body)).status).to.equal(201);
      const addresses = await project.addresses('app-one', 'app-two');
      await eventually(async () => {
        const { json } = await server.ask('GET', '/cluster/dns/app');
        const answers = (json['dns'] ?? []) as readonly { server: string; name: string; addresses: string[] }[];
        const own = answers.find(({ server: name }) => name === dns);
        expect([own?.name, own?.addresses.toSorted()]).to.deep.equal(['app.local.zone', addresses]);
      });
    } finally {
      await server.end('SIGTERM');
    }
  });

  it('dns ps lists names, who holds them, and whether the engine agrees', async () => {
    const { zone, names } = await json<Names>('dns', 'ps');
    expect(zone).to.equal('local.zone');
    expect(names.map(({ name }) => name)).to.deep.equal([
      'app',
      'app-one',
      'app-two',
      'dns',
      'dockerops-dns',
      'dockerops-dns-one',
      'lead',
      'lead-new',
      'lead-old',
      'plain',
      'plain-one',
    ]);
    const app = names.find(({ name }) => name === 'app');
    expect([...(app?.addresses ?? [])].sort()).to.deep.equal(await project.addresses('app-one', 'app-two'));
    await eventually(async () => {
      const held = (await json<Names>('dns', 'ps')).names
        .filter(({ name }) => name === 'app' || name === 'plain')
        .flatMap(({ holders }) => holders);
      expect(held.map(({ instance, heldBy, engine }) => `${instance} ${heldBy} ${engine}`).sort()).to.deep.equal([
        'one client agrees',
        'one engine agrees',
        'two client agrees',
      ]);
    });
    expect((await run('dns:ps')).stdout).to.match(/^app +10\.\S+ +app-(one|two) +APPEND +\S+ +client +agrees$/m);
  });

  it('dns why shows who wins, why, and what an instance resolves, with and without getent', async () => {
    const lead = await json<Why>('dns', 'why', 'lead', '--from', 'app-one');
    expect(lead.claims.map(({ instance, wins }) => [instance, wins])).to.deep.equal([
      ['old', false],
      ['new', true],
    ]);
    expect(lead.claims[0]?.reason).to.contain('replaced by the newer lead-new');
    expect(lead.from).to.deep.include({ addresses: await project.addresses('lead-new'), agrees: true });
    const app = await json<Why>('dns:why:app,from=plain-one');
    expect([...app.from.addresses].sort()).to.deep.equal(await project.addresses('app-one', 'app-two'));
    const text = (await run('dns', 'why', 'nobody', '--from', 'app-one')).stdout;
    expect(text).to.contain('no lease claims this name').and.contain('app-one resolves nobody to nothing');
    const wrong = await run('dns', 'why', 'app', '--from', 'app-three');
    expect([wrong.code, wrong.stderr.includes('app-two')]).to.deep.equal([2, true]);
  });

  it('ps --dns shows each instance with its names', async () => {
    const { instances } = await json<{ instances: readonly { key: string; names: readonly string[] }[] }>(
      'ps',
      '--dns',
    );
    const names = Object.fromEntries(instances.map((instance) => [instance.key, instance.names]));
    expect(names).to.deep.include({
      'app-two': ['app', 'app-two'],
      'lead-old': ['lead-old'],
      'lead-new': ['lead', 'lead-new'],
      'plain-one': ['plain', 'plain-one'],
    });
  });

  it('dns check finds an instance without its name, and --fix registers it', async () => {
    expect((await run('dns', 'check')).code).to.equal(0);
    await dockerExec(dns, ['dockerops-dns', 'withdraw', 'plain-one']);
    const found = await run('dns', 'check');
    expect([found.code, found.stdout]).to.deep.equal([1, found.stdout]);
    expect(found.stdout).to.contain('plain-one runs but has no name');
    expect((await run('dns', 'check', '--fix')).code).to.equal(0);
    expect(await project.resolve('plain', 'app-one')).to.deep.equal(await project.addresses('plain-one'));
    expect((await run('dns', 'check')).code).to.equal(0);
  });

  it('a rerun withdraws the name and waits for cached answers to expire; the other instance answers', async () => {
    const before = await docker('inspect', '--format', '{{.Id}}', project.container('app-two'));
    const other = await project.addresses('app-one');
    const rerun = run('rerun:app,instance=two');
    // The old instance still runs, but its name no longer leads to it.
    await eventually(async () => {
      expect(await project.resolve('app', 'lead-old')).to.deep.equal(other);
      expect(await docker('inspect', '--format', '{{.Id}} {{.State.Running}}', project.container('app-two'))).to.equal(
        `${before} true`,
      );
    });
    const result = await rerun;
    expect(result.code, result.stderr).to.equal(0);
    expect(await project.resolve('app', 'lead-old')).to.deep.equal(await project.addresses('app-one', 'app-two'));
  });

  it('the key is exported to a private file, and replaces another key only on request', async () => {
    const file = join(playground.directory, 'dns.key');
    expect((await run('dns', 'export-key', '--output', file)).code).to.equal(0);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect((await run('dns', 'export-key', '--output', file)).code, 'never over a file').to.equal(2);
    expect((await run('dns', 'export-key')).stdout).to.equal(await readFile(file, 'utf8'));
    expect((await run('dns', 'import-key', file)).stdout).to.contain('already');
    const other = join(playground.directory, 'other.key');
    await writeFile(other, `dockerops-dns-key-1 ${Buffer.alloc(32, 1).toString('base64')}\n`);
    const refused = await run('dns', 'import-key', other);
    expect([refused.code, refused.stderr.includes('--force')]).to.deep.equal([2, true]);
    await writeFile(other, 'something else');
    expect((await run('dns', 'import-key', other, '--force')).code).to.equal(2);
    expect((await run('dns', 'export-key')).stdout, 'unchanged').to.equal(await readFile(file, 'utf8'));
  });

  it('the key is in a file that only root can read, and in no environment, label or command', async () => {
    const secret = (await run('dns', 'export-key')).stdout.trim().split(' ')[1] ?? '';
    for (const [container, path, hasIt] of [
      [dns, '/etc/dockerops/dns-server.json', true],
      [project.container('app-one'), '/etc/dockerops/dns.json', false],
    ] as const) {
      expect((await dockerExec(container, ['stat', '-c', '%a %U %G', path])).text.trim()).to.equal('600 root root');
      expect((await dockerExec(container, ['cat', path])).text.includes(secret), container).to.equal(hasIt);
      expect((await dockerExec(container, ['cat', path], ['-u', 'dockerops'])).code, 'for others').not.to.equal(0);
      expect(await docker('inspect', container)).not.to.contain(secret);
    }
    const server = (
      await dockerExec(dns, ['sh', '-c', 'grep ^Uid: /proc/$(supervisorctl pid named)/status'])
    ).text.split(/\s+/)[1];
    expect(server, 'named is not root').to.match(/^[1-9]/);
  });

  it('a DNS that is paused is said to be, and a start resumes it', async () => {
    await docker('pause', dns);
    const paused = await run('dns', 'ps');
    expect([paused.code, paused.stderr.includes('is paused')], paused.stderr).to.deep.equal([2, true]);
    const start = await run('start:dockerops-dns');
    expect(start.code, start.stderr).to.equal(0);
    expect((await run('dns', 'check')).code).to.equal(0);
  });

  it('a port 53 that is in use is reported with its program before anything starts', async () => {
    const address = `127.53.${String(process.pid % 250)}.${String(1 + (Math.floor(process.pid / 250) % 250))}`;
    const socket = createSocket('udp4');
    try {
      socket.bind(53, address);
      await once(socket, 'listening');
      const before = await playground.containerIds();
      const result = await project.run('run:dockerops-dns,instance=one,publish_ports=True,replace');
      expect(result.stderr).to.contain('SERVICE_IP');
      await project.write([
        {
          service: 'dockerops-dns',
          instance: 'one',
          publish_ports: true,
          env_vars: { SERVICE_IP: '192.0.2.53', PUBLISH_ON_IP: address },
        },
      ]);
      const held = await run('run:all,replace=True');
      expect(held.code).to.equal(1);
      expect(held.stderr)
        .to.contain(`${address}:53/udp`)
        .and.contain(`${basename(process.execPath)} (pid ${String(process.pid)})`);
      expect(await playground.containerIds()).to.deep.equal(before);
    } finally {
      socket.close();
    }
  });

  it('in a project without a DNS they say so, and how to get one', async () => {
    await playground.clear();
    const result = await run('dns', 'ps');
    expect([result.code, result.stderr.includes('dockerops run:dockerops-dns')]).to.deep.equal([2, true]);
  });
});
