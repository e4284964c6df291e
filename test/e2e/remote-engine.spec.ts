import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { dockerops, type CliResult } from '../support/cli.ts';
import { dockerExec } from '../support/docker.ts';
import { Hosts, type Host } from '../support/hosts.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

/** Has a newer engine than Debian 12. */
const newer = 'trixie';

const dockerfile = `FROM ${testImage}
RUN for one in mv rm sync; do /bin/busybox ln -s busybox /bin/$one; done
RUN mkdir -p /data && echo whole > /data/file && echo more > /data/other && chown 7:8 /data/file && chmod 640 /data/file
CMD ["sleep", "600"]
`;

/** A project of this machine on the engine of another, which shares no file with it and has a newer engine. */
describe('an engine elsewhere', function () {
  this.timeout(300_000);
  const playground = new Playground('remote');
  const hosts = new Hosts(playground.project);
  let host: Host;
  const run = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    playground.run(words, { environment: { DOCKER_HOST: host.engine, ...environment } });
  const there = async (...command: string[]): Promise<string> =>
    (await dockerExec(host.container, command)).text.trim();
  const directory = (): string => `${playground.directory}/data_${playground.project}/db_main`;

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/db/Dockerfile': dockerfile,
      'run.conf':
        '[{"service": "db", "instance": "main", "instance_type": "persistent", "stop_grace_period": ' +
        '"1s", "env_vars": {"SERVICE_IP": "from_eth0"}}]',
    });
    // Built here, so that no base image is needed there.
    const base = await dockerops(['init'], { cwd: playground.directory, environment: playground.environment });
    expect(base.code, base.stderr).to.equal(0);
    await hosts.open([newer]);
    host = await hosts.start('elsewhere', newer);
    await hosts.load(host, [testImage]);
  });
  after(async () => {
    await hosts.close();
    await playground.close();
  });

  it('is not asked for its interfaces by a dry run, which shows their names', async () => {
    const plan = await run(['plan', '--verbose']);
    expect(plan.code, plan.stderr).to.equal(0);
    expect(plan.stdout).to.contain('SERVICE_IP=<eth0 of host elsewhere>').and.to.contain(`data ${directory()}`);
    expect(await there('docker', 'ps', '-aq')).to.equal('');
  });

  it('must have the interface; the error lists those that it has', async () => {
    const wrong = await run(['run:all', '--yes'], { SERVICE_IP: 'from_nic7' });
    expect(wrong.code).to.equal(2);
    expect(wrong.stderr).to.contain('host elsewhere has no interface nic7').and.to.contain(`eth0 (${host.address})`);
  });

  it('asks before it makes a data directory there, naming the host', async () => {
    const asked = await run(['run:all']);
    expect(asked.code).to.equal(2);
    expect(asked.stderr).to.contain('on host elsewhere').and.to.contain('--yes');
    expect(await there('ls', playground.directory)).to.contain('No such file');
  });

  it('keeps data on its host, and nothing here; an interrupted first copy is finished there', async () => {
    const killed = await run(['run:all', '--yes'], { DOCKEROPS_TEST_KILL_AFTER: `copied ${directory()}` });
    expect(killed.signal, killed.stderr).to.equal('SIGKILL');
    await there(
      'sh',
      '-c',
      `cd ${directory()} && echo 'copying: it was interrupted' > .data.dockerops && rm data/other`,
    );
    const again = await run(['run:all']);
    expect(again.code, again.stderr).to.equal(0);
    expect(await there('stat', '-c', '%u:%g %a', directory())).to.equal('0:0 700');
    expect((await run(['doctor'])).stdout).to.match(/data folders +closed/);
    await there('chmod', '755', directory(), `${directory()}/..`);
    expect((await run(['doctor'])).stdout).to.contain(`on the engine's host: chmod 700 ${directory()}`);
    expect(await there('stat', '-c', '%u:%g %a', `${directory()}/data/file`)).to.equal('7:8 640');
    expect(await there('cat', `${directory()}/data/other`, `${directory()}/.data.dockerops`)).to.match(
      /^more\ncomplete/,
    );
    expect(existsSync(directory())).to.equal(false);
    expect(await there('docker', 'ps', '-a', '--format', '{{.Names}}')).to.equal(`${playground.project}-db-main`);
  });

  it('gives its own address and name to the instance, which is no drift', async () => {
    const { stdout } = await run(['exec:db,instance=main,command=echo $SERVICE_IP $HOST_HOSTNAME']);
    expect(stdout.trim()).to.equal(`${host.address} elsewhere`);
    const { instances } = JSON.parse((await run(['ps', '--json'])).stdout) as {
      instances: readonly { drift: readonly string[] }[];
    };
    expect(instances.map(({ drift }) => drift)).to.deep.equal([[]]);
    expect((await run(['plan', '--exit-code'])).code).to.equal(0);
  });

  it('finds the data again after clean', async () => {
    await run(['exec:db,instance=main,command=echo precious > /data/other']);
    expect((await run(['clean:all', '--force'])).code).to.equal(0);
    expect((await run(['run:all'])).code).to.equal(0);
    expect((await run(['exec:db,instance=main,command=cat /data/other'])).stdout.trim()).to.equal('precious');
  });

  it('has its data saved here, and restored there with programs of the image', async () => {
    const saved = await run(['backup:db,instance=main,output=there.tar.gz']);
    expect(saved.code, saved.stderr).to.equal(0);
    await run(['exec:db,instance=main,command=echo lost > /data/other']);
    const restored = await run(['restore:db,instance=main,file=there.tar.gz', '--yes']);
    expect(restored.code, restored.stderr).to.equal(0);
    expect(await there('stat', '-c', '%u:%g %a', `${directory()}/data/file`)).to.equal('7:8 640');
    expect((await run(['exec:db,instance=main,command=cat /data/other'])).stdout.trim()).to.equal('precious');
  });
});
