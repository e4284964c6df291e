import { expect } from 'chai';
import type { CliResult } from '../support/cli.ts';
import { dockerExec } from '../support/docker.ts';
import { Hosts, type Host } from '../support/hosts.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';
import { SshAccess } from '../support/ssh-access.ts';

interface Shipped {
  readonly hosts: readonly {
    readonly host: string;
    readonly error?: string;
    readonly operations?: readonly { readonly kind: string; readonly bytes?: number }[];
  }[];
}

/** Images go from the engine here to hosts of which only port 22 is used. */
describe('dockerops ship', function () {
  this.timeout(300_000);
  const playground = new Playground('ship');
  const hosts = new Hosts(playground.project);
  let ssh: SshAccess;
  let oak: Host;
  const run = (words: readonly string[]): Promise<CliResult> =>
    playground.run(words, { environment: { PATH: ssh.path } });
  const shipped = async (words: readonly string[]): Promise<Shipped> => {
    const { stdout, stderr } = await run([...words, '--json']);
    expect(stderr).to.not.include('bug:');
    return JSON.parse(stdout) as Shipped;
  };
  const bytesTo = ({ hosts: [first] }: Shipped): number =>
    (first?.operations ?? []).reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  const content = async (host: Host): Promise<string> =>
    (await dockerExec(host.container, ['docker', 'inspect', '-f', '{{.RootFS.Layers}}', `${playground.project}/web`]))
      .text;

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    ssh = new SshAccess(playground.directory);
    await ssh.open();
    await hosts.open();
    oak = await hosts.start('oak');
    const engine = await ssh.allow(oak);
    await playground.write({
      'services/web/Dockerfile': `FROM ${testImage}\nCOPY file /file\nCMD ["sleep", "600"]\n`,
      'services/web/file': 'first',
      'run.conf': '[{"service": "web", "instance": "one"}]',
      'hosts.conf': JSON.stringify({
        oak: { engine, address: oak.address },
        gone: { engine: 'ssh://root@192.0.2.1:1', address: '192.0.2.1' },
      }),
    });
  });
  after(async () => {
    await hosts.close();
    await playground.close();
  });

  it('says which image is missing here', async () => {
    const { code, stderr } = await run(['ship:oak']);
    expect(code).to.equal(2);
    expect(stderr).to.include('service web has no image').and.to.include('dockerops build:web');
  });

  it('sends whole images to a host that has none, then only what has changed, then nothing', async () => {
    expect((await run(['build:all'])).code).to.equal(0);
    const dry = await run(['ship:oak,dry_run']);
    expect(dry.code, dry.stderr).to.equal(0);
    expect(dry.stdout).to.match(/^oak:\n {2}> send +\S+ +not there, [\d.]+ MiB to send/);
    const first = await shipped(['ship', 'oak']);
    expect(bytesTo(first)).to.be.greaterThan(500_000);
    await playground.write({ 'services/web/file': 'second' });
    expect((await run(['build:all'])).code).to.equal(0);
    expect(bytesTo(await shipped(['ship', 'oak']))).to.be.within(1, 10_000);
    const again = await run(['ship:oak']);
    expect([again.code, again.stdout]).to.deep.equal([0, 'oak: 1 the same there\n']);
    const image = await playground.engine.findImage(`${playground.project}/web`);
    expect(await content(oak)).to.include(image?.layers.at(-1));
  });

  it('runs there what was sent', async () => {
    const there = await playground.run(['run:all'], {
      environment: { PATH: ssh.path, DOCKER_HOST: `ssh://root@${oak.address}` },
    });
    expect(there.code, there.stderr).to.equal(0);
    expect(there.stdout).to.include('1 created').and.not.include('built');
  });

  it('names the host that cannot be reached, and serves the others', async () => {
    await playground.write({ 'services/web/file': 'third' });
    expect((await run(['build:all'])).code).to.equal(0);
    const { code, stdout, stderr } = await run(['ship:oak,gone']);
    expect(code).to.equal(1);
    expect(stdout).to.equal('oak: 1 sent\ngone: failed\n');
    expect(stderr).to.include('1 of 2 hosts failed').and.to.include('gone');
  });

  it('sends the image of the lock, whatever was built since', async () => {
    await playground.write({ 'services/web/file': 'tested' });
    expect((await run(['build:all,lock'])).code).to.equal(0);
    await playground.write({ 'services/web/file': 'not tested' });
    expect((await run(['build:all'])).code).to.equal(0);
    const sent = await run(['ship:oak']);
    expect([sent.code, sent.stdout], sent.stderr).to.deep.equal([0, 'oak: 1 sent\n']);
    const planned = await run(['plan', '--locked', '-H', `ssh://root@${oak.address}`]);
    expect(planned.code, planned.stderr).to.equal(0);
  });

  it('does not know other hosts', async () => {
    const { code, stderr } = await run(['ship:oka']);
    expect([code, stderr]).to.deep.equal([2, 'error: hosts.conf has no host "oka"\n-> did you mean "oak"?\n']);
  });
});
