import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { baseImageSet } from '../../src/lib/build/base-images/base-image-set.ts';
import { makeBaseArchive } from '../../src/lib/build/base-images/make-base-archive.ts';
import { dockerArchitecture } from '../../src/lib/build/base-images/os-table.ts';
import { makeHostCertificate } from '../../src/lib/project/keys/host-certificate.ts';
import { makeSshKey } from '../../src/lib/project/keys/make-key.ts';

/** Behaviour of a container on the base images, on a real engine. */
const prefix = `dops-test-${crypto.randomUUID().slice(0, 8)}`;
const image = 'dockerops/dockerops-base';
const library = '/usr/local/lib/dockerops';
const created: string[] = [];

interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, ...parameters: readonly string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(program, parameters, { reject: false, stdin: 'ignore' });
  return { exitCode, stdout, stderr };
}

const docker = (...parameters: readonly string[]): Promise<Ended> => run('docker', ...parameters);
const inside = (name: string, script: string): Promise<Ended> => docker('exec', name, 'bash', '-c', script);
const awaitReady = (name: string, seconds = 10): Promise<Ended> =>
  docker('exec', name, `${library}/await-ready`, String(seconds));

interface DesiredState {
  readonly options?: readonly string[];
  readonly command?: readonly string[];
  /** Path to content; scripts are executable. */
  readonly files?: Readonly<Record<string, string>>;
}

async function start({ options = [], command = [], files = {} }: DesiredState = {}): Promise<string> {
  const name = `${prefix}-${created.length}`;
  created.push(name);
  const { exitCode, stderr } = await docker(
    'create',
    '--name',
    name,
    '--label',
    `dockerops.test=${prefix}`,
    ...options,
    image,
    ...command,
  );
  expect(exitCode, stderr).to.equal(0);
  const directory = await mkdtemp(join(tmpdir(), 'dockerops-test-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
    await chmod(join(directory, path), path.endsWith('_key') ? 0o600 : content.startsWith('#!') ? 0o755 : 0o644);
  }
  const tar = execa('tar', ['-C', directory, '--owner=0', '--group=0', '-c', ...Object.keys(files)], {
    encoding: 'buffer',
  });
  if (Object.keys(files).length > 0) await tar.pipe('docker', ['cp', '-', `${name}:/`]);
  await rm(directory, { recursive: true });
  await docker('start', name);
  return name;
}

async function exitCode(name: string): Promise<string> {
  return (await docker('inspect', '--format', '{{.State.ExitCode}}', name)).stdout;
}

async function eventually(check: () => Promise<boolean>, limitMs = 10_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('not within the limit');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const program = (name: string, command: string, more = ''): string =>
  `[program:${name}]\ncommand=${command}\n${more}\n`;

describe('base images', function () {
  this.timeout(60_000);

  before(async function () {
    this.timeout(300_000);
    const { exitCode } = await docker('version');
    if (exitCode !== 0) {
      if (process.env['DOCKEROPS_REQUIRE_ENGINE'] === '1') throw new Error('no Docker engine answers');
      console.log('    no Docker engine answers: skipped');
      this.skip();
    }
    const set = await baseImageSet(
      'debian12',
      new URL('../../base-image', import.meta.url).pathname,
      dockerArchitecture(process.arch),
    );
    const wanted = set.images.find(({ kind }) => kind === 'base')?.sourceHash;
    const { stdout } = await docker('inspect', '--format', '{{index .Config.Labels "dockerops.source_hash"}}', image);
    if (stdout === wanted) return;
    const cacheDirectory = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'dockerops');
    const archive = await makeBaseArchive(set, {
      kinds: ['common', 'base', 'dns'],
      cache: true,
      cacheDirectory,
      progress: () => {},
    });
    await execa('docker', ['load'], { input: archive });
  });

  after(async () => {
    if (created.length > 0) await docker('rm', '-f', '-v', ...created);
  });

  it('an instance without keys is ready without sshd, says why, and stops at once', async () => {
    const name = await start();
    expect(await awaitReady(name)).to.have.property('exitCode', 0);
    expect((await docker('logs', name)).stdout).to.contain('sshd is not started');
    const before = Date.now();
    await docker('stop', name);
    expect(Date.now() - before).to.be.below(2000);
  });

  it('a stopped container starts again, whatever it left in /run', async () => {
    const name = await start();
    await awaitReady(name);
    await inside(name, 'echo 1 > /run/left.pid; echo failed before > /run/dockerops/state');
    await docker('kill', name);
    await docker('start', name);
    expect(await awaitReady(name)).to.have.property('exitCode', 0);
    expect(await inside(name, 'test ! -e /run/left.pid')).to.have.property('exitCode', 0);
  });

  it('a start compiles no python: that is in the image', async () => {
    const name = await start();
    await awaitReady(name);
    const { stdout } = await docker('diff', name);
    expect(stdout).to.contain('/run/dockerops/state').and.not.to.contain('.pyc');
  });

  it('entrypoints run in the order of their epochs, as processes of their own with the environment', async () => {
    const name = await start({
      options: ['--env', 'GREETING=two words'],
      files: {
        'entrypoints/a-20.sh': '#!/bin/bash\necho "late $GREETING $CARRIED"',
        'entrypoints/b-3.sh': '#!/bin/bash\necho early; export CARRIED=carried',
        'entrypoints/c-10.sh': 'echo not executable',
      },
    });
    await awaitReady(name);
    const { stdout } = await inside(name, 'grep -v == /var/log/allentrypoints.log');
    expect(stdout).to.equal('early\nnot executable\nlate two words ');
  });

  it('a failing entrypoint stops the start with its name, output and status', async () => {
    const name = await start({
      files: {
        'entrypoints/broken-1.sh': '#!/bin/bash\necho no database; exit 7',
        'entrypoints/later-2.sh': 'echo later',
      },
    });
    const { stdout } = await docker('wait', name);
    const { stderr } = await docker('logs', name);
    expect(stdout).to.equal('7');
    expect(stderr).to.contain('/entrypoints/broken-1.sh').and.to.contain('no database').and.not.to.contain('later');
  });

  it('safemode starts without the entrypoints', async () => {
    const name = await start({ options: ['--env', 'SAFEMODE=True'], files: { 'entrypoints/broken-1.sh': 'exit 7' } });
    expect(await awaitReady(name)).to.have.property('exitCode', 0);
  });

  it('an interactive shell is root, and may run the entrypoints with their environment', async () => {
    const name = await start({
      options: ['--env', 'SAFEMODE=True', '--env', 'GREETING=hello'],
      command: ['/bin/bash', '-c', 'id -un; sudo /allentrypoints.sh; cat /var/log/allentrypoints.log'],
      files: { 'entrypoints/greet-1.sh': 'echo $GREETING' },
    });
    await docker('wait', name);
    expect((await docker('logs', name)).stdout).to.match(/^root\n== .*greet-1\.sh\nhello$/);
  });

  it('a killed program is shown and comes back', async () => {
    const name = await start({
      files: { 'etc/supervisor/conf.d/nap.conf': program('nap', '/bin/sleep 1000', 'startsecs=1\nautorestart=true') },
    });
    expect(await awaitReady(name)).to.have.property('exitCode', 0);
    // Checked inside: the state lasts a second, which a check from outside may miss.
    expect(
      await inside(
        name,
        'pkill -KILL sleep; timeout 10 sh -c \'until [ "$(cat /run/dockerops/state)" = "starting nap" ]; ' +
          "do sleep 0.02; done'",
      ),
    ).to.have.property('exitCode', 0);
    expect(await awaitReady(name)).to.have.property('exitCode', 0);
  });

  it('a program that cannot start fails the readiness and the health, with its name', async () => {
    const name = await start({
      files: { 'etc/supervisor/conf.d/bad.conf': program('bad', '/bin/false', 'startretries=1') },
    });
    const ready = await awaitReady(name);
    expect([ready.exitCode, ready.stdout]).to.deep.equal([
      1,
      'bad FATAL: Exited too quickly (process log may have details)',
    ]);
    expect(await docker('exec', name, `${library}/health`)).to.have.property('exitCode', 1);
  });

  it('the last output of a program that died is in its reason and in the log, whatever file it went to', async () => {
    const died = 'sh -c "echo begun; printf its-own-reason >&2; exit 3"';
    const logs = 'stdout_logfile=/var/log/supervisor/bad_out.log\nstderr_logfile=/var/log/supervisor/bad_err.log';
    const name = await start({
      files: { 'etc/supervisor/conf.d/bad.conf': program('bad', died, `startretries=1\n${logs}`) },
    });
    const { stdout } = await awaitReady(name);
    // Of its last attempt alone.
    expect(stdout.split('\n').slice(1)).to.deep.equal(['bad: begun', 'bad: its-own-reason']);
    expect((await docker('exec', name, `${library}/health`)).stdout).to.equal(stdout);
    expect((await docker('logs', name)).stdout.split('\n')).to.include.members(['begun', 'its-own-reason']);
    expect((await inside(name, 'cat /var/log/supervisor/bad_err.log')).stdout).to.include('its-own-reason');
  });

  it('a program that is tried again and again is told with its last output when the time is over', async () => {
    const name = await start({
      files: {
        'etc/supervisor/conf.d/bad.conf': program('bad', 'sh -c "echo no-database; exit 1"', 'startretries=1000'),
      },
    });
    const { exitCode, stdout } = await awaitReady(name, 2);
    expect(exitCode).to.equal(3);
    expect(stdout).to.match(/^still starting bad .*\nbad: no-database/);
  });

  it('the log has each line once, also of a program that prints to it, and none that is thrown away', async () => {
    const section = (name: string, to: string): string =>
      program(name, `sh -c "echo of-${name}; sleep 1000"`, `stdout_logfile=${to}\nstdout_logfile_maxbytes=0`);
    const name = await start({
      files: {
        'etc/supervisor/conf.d/a.conf': section('direct', '/dev/stdout'),
        'etc/supervisor/conf.d/b.conf': section('none', 'NONE'),
        'etc/supervisor/conf.d/c.conf': section('auto', 'AUTO'),
      },
    });
    expect(await awaitReady(name)).to.have.property('exitCode', 0);
    const lines = (await docker('logs', name)).stdout.split('\n').filter((line) => line.startsWith('of-'));
    expect(lines.sort()).to.deep.equal(['of-auto', 'of-direct']);
  });

  it('user dockerops has /data, /opt/dockerops and /var/log/dockerops', async () => {
    const name = await start();
    const script = 'touch /data/x /opt/dockerops/x /var/log/dockerops/x';
    expect(await docker('exec', '-u', 'dockerops', name, 'sh', '-c', script)).to.have.property('exitCode', 0);
  });

  it('an instance whose names were never registered is unhealthy and says why', async () => {
    const key = { name: 'one.web.1.append.near.own', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' };
    const document = { server: '127.0.0.1', port: 9, zone: 'local.zone', key, service: 'web', instance: 'one' };
    const json = JSON.stringify({ ...document, policy: 'APPEND', service_ip: '192.0.2.1', same_network: false });
    const name = await start({ files: { 'etc/dockerops/dns.json': json } });
    await eventually(async () => (await docker('exec', name, `${library}/health`)).exitCode === 1);
    expect((await docker('exec', name, `${library}/health`)).stdout).to.match(
      /^dns-client: its names are not registered: ./,
    );
  });

  it('waiting ends at its limit and says for what', async () => {
    const name = await start({
      files: { 'etc/supervisor/conf.d/slow.conf': program('slow', '/bin/sleep 1000', 'startsecs=60') },
    });
    await eventually(async () => (await inside(name, 'cat /run/dockerops/state')).stdout === 'starting slow');
    const { exitCode, stdout } = await awaitReady(name, 1);
    expect([exitCode, stdout]).to.deep.equal([3, 'still starting slow after 1 s']);
  });

  it("an image's own check makes the instance unhealthy, with the reason", async () => {
    const name = await start({ files: { 'etc/dockerops/health.d/zone': '#!/bin/sh\necho no answer; exit 1' } });
    await awaitReady(name);
    const { exitCode, stdout } = await docker('exec', name, `${library}/health`);
    expect([exitCode, stdout]).to.deep.equal([1, 'zone: no answer']);
  });

  it('what asked to know of the stop is told before the programs are', async () => {
    const script = `#!/bin/bash
trap 'pgrep -x sleep > /last-words; exit' TERM
echo $$ > /run/dockerops/on-stop/witness.pid
while :; do read -r -t 1 < <(:); done`;
    const name = await start({
      files: {
        'usr/local/lib/dockerops/start.d/witness': script,
        'etc/supervisor/conf.d/nap.conf': program('nap', '/bin/sleep 1000', 'startsecs=0'),
      },
    });
    await awaitReady(name);
    await eventually(async () => (await inside(name, 'test -e /run/dockerops/on-stop/witness.pid')).exitCode === 0);
    await docker('stop', name);
    const { stdout } = await execa('docker', ['cp', `${name}:/last-words`, '-']).pipe('tar', ['-xO']);
    expect(stdout).to.match(/\d/);
  });

  it('a program of start.d that left its id is started again when it is killed, in each mode', async () => {
    const files = {
      'usr/local/lib/dockerops/start.d/witness': `#!/bin/bash
echo $$ > /run/dockerops/on-stop/witness.pid
echo start >> /starts
while :; do read -r -t 1 < <(:); done`,
      'usr/local/lib/dockerops/start.d/done': `#!/bin/bash
echo $$ > /run/dockerops/on-stop/done.pid
echo start >> /done`,
    };
    const again = async (how: { readonly options?: readonly string[]; readonly command?: readonly string[] }) => {
      const name = await start({ ...how, files });
      const lines = async (file: string): Promise<number> =>
        Number((await docker('exec', '-u', 'root', name, 'grep', '-c', 'start', file)).stdout);
      await eventually(async () => (await lines('/starts')) === 1);
      await docker('exec', '-u', 'root', name, 'sh', '-c', 'kill -9 $(cat /run/dockerops/on-stop/witness.pid)');
      await eventually(async () => (await lines('/starts')) === 2);
      expect(await lines('/done'), 'one that ended by itself').to.equal(1);
      await docker('stop', name);
    };
    await Promise.all([
      again({}),
      again({ command: ['sleep', '1000'] }),
      again({ command: ['sleep', '1000'], options: ['--user', 'dockerops'] }),
    ]);
  });

  it('a stop that comes before anything can take it is heeded', async () => {
    // The first process starts slowly, as on a busy machine; if it ignored the signal it would be killed.
    const name = await start({
      files: { 'usr/local/lib/python3.11/dist-packages/slow.pth': 'import time; time.sleep(1)\n' },
    });
    await docker('stop', '--time', '8', name);
    expect(await exitCode(name)).to.equal('143');
  });

  it('a command without handlers stops at once, and its orphans are reaped', async () => {
    const witness = `#!/bin/bash
trap 'echo told > /last-words; exit' TERM
echo $$ > /run/dockerops/on-stop/witness.pid
while :; do read -r -t 1 < <(:); done`;
    const name = await start({
      command: ['sleep', '1000'],
      files: { 'usr/local/lib/dockerops/start.d/witness': witness },
    });
    await awaitReady(name);
    await eventually(async () => (await inside(name, 'test -e /run/dockerops/on-stop/witness.pid')).exitCode === 0);
    await inside(name, '(sleep 0.1 &)');
    await eventually(
      async () => (await inside(name, 'ps -e -o stat,args | grep -E "sleep 0.1|^Z" | grep -v grep')).stdout === '',
    );
    await docker('stop', '--time', '8', name);
    expect(await exitCode(name)).to.equal('143');
    const { stdout } = await execa('docker', ['cp', `${name}:/last-words`, '-']).pipe('tar', ['-xO']);
    expect(stdout).to.equal('told');
  });

  it("a command gets the signals that are sent to the container, and its own status is the container's", async () => {
    const name = await start({
      command: ['bash', '-c', 'trap "exit 9" USR1; echo up; while :; do read -r -t 1 < <(:); done'],
    });
    await eventually(async () => (await docker('logs', name)).stdout === 'up');
    await docker('kill', '--signal', 'USR1', name);
    await docker('wait', name);
    expect(await exitCode(name)).to.equal('9');
  });

  describe('ssh', () => {
    let directory: string;
    let name: string;
    const login = (user: string, ...command: readonly string[]): Promise<Ended> =>
      run(
        'ssh',
        ...['-F', 'none', '-i', join(directory, 'client'), '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes'],
        ...['-o', `UserKnownHostsFile=${join(directory, 'known_hosts')}`, '-o', 'HostKeyAlias=base-one'],
        ...['-o', `ProxyCommand=docker exec -i ${name} /usr/sbin/sshd -i`, `${user}@base-one`, ...command],
      );

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'dockerops-test-'));
      for (const key of ['client', 'host'])
        await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(directory, key)]);
      const read = async (file: string): Promise<string> =>
        (await execa('cat', [join(directory, file)], { stripFinalNewline: false })).stdout;
      await writeFile(join(directory, 'known_hosts'), `base-one ${await read('host.pub')}`);
      name = await start({
        options: [
          '--env',
          'ODD=a "b"\n$c \'d\'',
          '--env',
          'dotted.name=1',
          '--env',
          'PATH=/own/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
        ],
        files: {
          'etc/ssh/ssh_host_ed25519_key': await read('host'),
          'etc/dockerops/authorized_keys': await read('client.pub'),
        },
      });
      await awaitReady(name);
    });
    after(() => rm(directory, { recursive: true }));

    it('a login without a route is the user dockerops, with the host key checked', async () => {
      const { stdout, stderr } = await login('dockerops', 'id -un; sudo -n id -un');
      expect(stdout, stderr).to.equal('dockerops\nroot');
    });

    it('the host shows its certificate: who trusts the authority needs no key, by names and by address', async () => {
      const read = (file: string): Promise<string> => readFile(join(directory, file), 'utf8');
      const authority = makeSshKey('authority');
      const certificate =
        makeHostCertificate({
          hostKey: await read('host.pub'),
          principals: ['base-one', 'base'],
          id: 'base-one',
          authority,
        }) ?? '';
      const vouched = await start({
        files: {
          'etc/ssh/ssh_host_ed25519_key': await read('host'),
          'etc/ssh/ssh_host_ed25519_key-cert.pub': certificate,
          'etc/ssh/ssh_known_hosts': `@cert-authority * ${authority.public}\n`,
        },
      });
      await awaitReady(vouched);
      // No login succeeds; the host key is checked before.
      const ask = async (host: string): Promise<string> =>
        (
          await inside(
            vouched,
            `ssh -o BatchMode=yes -o HostKeyAlias=${host} -o PubkeyAuthentication=no dockerops@127.0.0.1`,
          )
        ).stderr;
      for (const host of ['base-one', 'base', '10.210.0.20', '[10.210.0.20]:2222'])
        expect(await ask(host)).to.contain('Permission denied');
      const authorityFile = '/etc/ssh/ssh_known_hosts';
      await inside(vouched, `sed -i.bak 's|ssh-ed25519 .*|${makeSshKey('other').public}|' ${authorityFile}`);
      expect(await ask('10.210.0.20')).to.contain('Host key verification failed');
      await inside(vouched, `mv ${authorityFile}.bak ${authorityFile}`);
      expect(await ask('other'))
        .to.contain('Certificate invalid: name is not a listed principal')
        .and.to.contain('Host key verification failed');
      expect(
        (await inside(vouched, 'ssh -G demo-one | grep -E "^stricthost"; ssh -G example.com | grep -E "^stricthost"'))
          .stdout,
      ).to.equal('stricthostkeychecking true\nstricthostkeychecking ask');
    });

    it('another host key is refused', async () => {
      await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, 'other')]);
      const known = join(directory, 'known_hosts');
      const right = (await execa('cat', [known], { stripFinalNewline: false })).stdout;
      await writeFile(known, `base-one ${(await execa('cat', [join(directory, 'other.pub')])).stdout}\n`);
      expect((await login('dockerops', 'true')).exitCode).to.equal(255);
      await writeFile(known, right);
    });

    it('a login has the environment of the container, whatever is in it', async () => {
      expect(
        (await login('dockerops', 'printf "%s|" "$ODD" "$PATH" "$HOME"; env | grep -c ^dotted.name=1')).stdout,
      ).to.equal('a "b"\n$c \'d\'|/own/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin|/home/dockerops|1');
      expect((await login('dockerops', 'bash -lc "echo \\$PATH"')).exitCode).to.equal(0);
    });

    it('the environment is for root and dockerops only', async () => {
      for (const file of ['environment', 'env.sh'])
        expect((await inside(name, `stat -c "%a %U:%G" /run/dockerops/${file}`)).stdout).to.equal('640 root:dockerops');
    });

    it('/env.sh gives sh and bash the variables of the container, but not those of a login', async () => {
      for (const shell of ['sh', 'bash'])
        expect(
          (await inside(name, `env -i HOME=/x ${shell} -c '. /env.sh; printf "%s|" "$ODD" "$PATH" "$HOME"'`)).stdout,
        ).to.equal('a "b"\n$c \'d\'|/own/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin|/x|');
    });

    it('sshd goes where an image takes its configuration away, by the name that it had in DockerOps', async () => {
      expect((await inside(name, 'ls /etc/supervisor/conf.d')).stdout).to.include('supervisord_sshd.conf');
    });

    it('sshd runs supervised and comes back when it is killed', async () => {
      await inside(name, 'pkill -KILL -x sshd');
      await eventually(
        async () => (await inside(name, 'pgrep -x sshd')).exitCode === 0 && (await awaitReady(name)).exitCode === 0,
      );
      expect((await login('dockerops', 'true')).exitCode).to.equal(0);
    });

    it('root does not log in', async () => {
      const { exitCode, stderr } = await login('root', 'true');
      expect([exitCode, stderr]).to.deep.equal([255, 'root@base-one: Permission denied (publickey).']);
    });
  });
});
