import { expect } from 'chai';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerops } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';

interface Report {
  readonly schema: string;
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly text: string;
    readonly fix?: string;
  }[];
}

describe('dockerops doctor', function () {
  this.timeout(60_000);
  const playground = new Playground('doctor');
  const examine = async (...words: readonly string[]): Promise<Report & { readonly code: number | null }> => {
    const { code, stdout } = await playground.run(['doctor', '--json', ...words]);
    return { code, ...(JSON.parse(stdout) as Report) };
  };

  before(() => playground.open());
  after(() => playground.close());

  it('sees the engine and all that it needs', async () => {
    const { code, schema, ok, checks } = await examine();
    expect([code, schema, ok]).to.deep.equal([0, 'dockerops/doctor/1', true]);
    expect(checks.map(({ name }) => name)).to.include.members([
      'Node.js',
      'engine',
      'storage',
      'disk',
      'port 53',
      'subnets',
      'base images',
      'bootstrap',
      'ssh',
    ]);
    expect(checks.find(({ name }) => name === 'engine')?.text).to.contain((await playground.engine.facts()).version);
  });

  it('names who holds port 53', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const socket = createSocket('udp4').bind(53, '127.0.0.77');
    await once(socket, 'listening');
    try {
      const { code, checks } = await examine();
      expect(code).to.equal(0);
      expect(checks.find(({ name }) => name === 'port 53'))
        .to.include({ status: 'warn' })
        .and.to.have.property('text')
        .that.contains('53/udp on 127.0.0.77')
        .and.contains(`pid ${String(process.pid)}`);
    } finally {
      socket.close();
    }
  });

  it('sees a host.conf that others can read', async () => {
    await playground.write({ 'run.conf': '[]', 'host.conf': '{}' });
    await chmod(join(playground.directory, 'host.conf'), 0o644);
    expect((await examine()).checks.find(({ name }) => name === 'host.conf')).to.include({
      status: 'warn',
      fix: `chmod 600 ${join(playground.directory, 'host.conf')}`,
    });
  });

  it('reports what a killed restore left behind', async () => {
    expect((await examine()).checks.find(({ name }) => name === 'restores')).to.include({ status: 'ok' });
    await playground.write({ [`data_${playground.project}/web_one/.dockerops-restore/data/part`]: 'x' });
    const { code, checks } = await examine();
    expect(code).to.equal(0);
    expect(checks.find(({ name }) => name === 'restores'))
      .to.include({ status: 'warn' })
      .and.to.have.property('text')
      .that.contains(`data_${playground.project}/web_one/.dockerops-restore`);
  });

  it('works without a project and without an engine, and fails only because of the engine', async () => {
    const { code, stdout } = await dockerops(['doctor'], {
      cwd: tmpdir(),
      environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    });
    expect(code).to.equal(1);
    expect(stdout)
      .to.contain('✖ engine')
      .and.to.contain('/nowhere/docker.sock')
      .and.to.contain('-> start that engine')
      .and.to.contain('✔ Node.js');
  });

  it('fails when no subnet is free', async () => {
    const { code, stdout } = await playground.run(['doctor'], { environment: { DOCKEROPS_SUBNETS: 'ten' } });
    expect(code).to.equal(1);
    expect(stdout).to.contain('✖ subnets').and.to.contain('10.210.0.0/16');
  });
});
