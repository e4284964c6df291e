import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerops, repository } from '../support/cli.ts';
import { DebianMachine } from '../support/debian.ts';
import { docker } from '../support/docker.ts';
import { findTestEngine } from '../support/real-engine.ts';

const run = promisify(execFile);
const units = 'dockerops-operator.service dockerops-registrator.service dockerops-serve.service';

const newName = (): string => `dops-test-package-${randomBytes(3).toString('hex')}`;

/** Writes down what it is called with. */
const systemctl = `mkdir -p /run/systemd/system
  printf '#!/bin/sh\\necho "$@" >> /root/calls\\n' > /usr/local/sbin/systemctl && chmod +x /usr/local/sbin/systemctl`;

/** All files but those in which apt and its like keep their own state. */
const ownState = ['/proc', '/sys', '/run', '/tmp', '/root', '/var/lib/dpkg', '/var/lib/apt', '/var/cache', '/var/log'];
const listFiles = `find / -xdev ${ownState.map((path) => `-not -path '${path}/*'`).join(' ')} | sort`;

const install = (file: string): string =>
  `DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends /packages/${file} >/dev/null 2>&1`;

describe('the packages', function () {
  this.timeout(600_000);
  let directory: string;
  let version: string;
  let names: readonly string[];
  const debian = (architecture: string, of = version): string => `dockerops_${of}_${architecture}.deb`;
  const top = (architecture: string): string => `dockerops-${version}-linux-${architecture}`;

  async function make(target: string, words: readonly string[], environment: Record<string, string> = {}) {
    const script = `umask ${environment['UMASK'] ?? '022'}; exec "$@"`;
    const program = [process.execPath, join(repository, 'scripts/package/make.mjs'), '--into', target, ...words];
    const env = { ...process.env, SOURCE_DATE_EPOCH: '1700000000', ...environment };
    await run('sh', ['-c', script, 'sh', ...program], { env, cwd: tmpdir() });
  }

  before(async function () {
    if (process.getuid?.() !== 0 || (await findTestEngine()) === undefined) return this.skip();
    directory = await mkdtemp(join(tmpdir(), 'dops-test-package-'));
    ({ version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
      readonly version: string;
    });
    await make(directory, []);
    names = (await readdir(directory)).sort();
    await makeEarlier(join(directory, debian('amd64')), join(directory, debian('amd64', '0.0.1')));
  });
  after(() => rm(directory, { recursive: true }));

  /** The same with another version, which takes no time to compress. */
  async function makeEarlier(from: string, to: string): Promise<void> {
    const files = await mkdtemp(join(directory, 'files-'));
    await run('dpkg-deb', ['-R', from, files]);
    const control = join(files, 'DEBIAN/control');
    await writeFile(control, (await readFile(control, 'utf8')).replace(/^Version: .*$/m, 'Version: 0.0.1'));
    await run('dpkg-deb', ['-Znone', '--root-owner-group', '-b', files, to]);
    await rm(files, { recursive: true });
  }

  const digest = async (path: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');

  it('are a tar.gz and a Debian package for x64 and arm64, with the version of package.json', () => {
    const expected = [`${top('x64')}.tar.gz`, `${top('arm64')}.tar.gz`, debian('amd64'), debian('arm64')];
    expect(names).to.deep.equal(expected.sort());
  });

  it('have the same bytes when they are made again, with another umask, language and time zone', async () => {
    const again = await mkdtemp(join(directory, 'again-'));
    await make(again, ['--for', 'x64'], { UMASK: '077', LC_ALL: 'C.UTF-8', TZ: 'Asia/Tokyo' });
    for (const name of [`${top('x64')}.tar.gz`, debian('amd64')])
      expect(await digest(join(again, name)), name).to.equal(await digest(join(directory, name)));
    await rm(again, { recursive: true });
  });

  it('for arm64 have the files of those for x64, with a Node.js for arm64', async () => {
    const list = async (architecture: string): Promise<string> => {
      const { stdout } = await run('dpkg-deb', ['-c', join(directory, debian(architecture))]);
      return stdout
        .replaceAll(/^(\S+ \S+) +\d+ (.*)$/gm, '$1 $2')
        .replace(/.* \.\/usr\/lib\/dockerops\/bin\/node$/m, '');
    };
    expect(await list('arm64')).to.equal(await list('amd64'));
    const machines = { x64: 62, arm64: 183 };
    for (const [architecture, machine] of Object.entries(machines)) {
      const folder = await mkdtemp(join(directory, 'unpacked-'));
      const member = `${top(architecture)}/lib/dockerops/bin/node`;
      await run('tar', ['-xzf', join(directory, `${top(architecture)}.tar.gz`), '-C', folder, member]);
      // e_machine of the ELF header.
      expect((await readFile(join(folder, member))).readUInt16LE(18), architecture).to.equal(machine);
      await rm(folder, { recursive: true });
    }
  });

  const start = (release: string, options: readonly string[] = []): Promise<DebianMachine> =>
    DebianMachine.start(release, newName(), ['-v', `${directory}:/packages:ro`, ...options]);

  for (const release of ['bookworm', 'trixie'])
    describe(`on a Debian ${release} without Node.js`, () => {
      let machine: DebianMachine;
      let filesBefore: string;
      before(async () => {
        machine = await start(release);
        filesBefore = await machine.run(`${systemctl}; ${listFiles}`);
        await machine.run(install(debian('amd64', '0.0.1')));
      });
      after(() => machine[Symbol.asyncDispose]());

      it('create and check a project, and say what is missing', async () => {
        expect(await machine.run('! command -v node; dockerops version')).to.equal(`dockerops ${version}\n`);
        expect(await machine.run('cd /tmp; dockerops new shop; cd shop; dockerops validate')).to.contain(
          'valid: project',
        );
        expect(await machine.run('cd /tmp; dockerops doctor || true')).to.contain('no Docker engine answers');
        expect(await machine.run('ln -s /usr/bin/dockerops /tmp/ops; /tmp/ops version')).to.contain(version);
      });

      it('complete words in bash, and have a man page for each command', async () => {
        const complete =
          '. /usr/share/bash-completion/bash_completion; words=(dockerops va); ' +
          // 124: it has loaded the script.
          '$(declare -F _completion_loader _comp_load | head -1) dockerops || [ $? = 124 ]; ' +
          'COMP_LINE="dockerops va"; COMP_POINT=${#COMP_LINE}; _dockerops; echo "${COMPREPLY[@]}"';
        expect(await machine.run(complete)).to.equal('validate\n');
        expect(await machine.run('man dockerops')).to.contain('dockerops-run(1)');
        expect(await machine.run('man dockerops-run')).to.contain('--[no-]publish-ports');
        const warnings =
          'for page in /usr/share/man/man1/dockerops*; do man --warnings -l "$page" 2>&1 >/dev/null; done';
        expect(await machine.run(warnings)).to.equal('');
      });

      it('have units that systemd accepts, which nothing enables', async () => {
        expect(await machine.run(`systemd-analyze verify ${units} 2>&1`)).to.equal('');
        expect(await machine.run('find /etc/systemd -name "dockerops*"')).to.equal('');
      });

      it('keep changed settings at an upgrade, and restart daemons that run', async () => {
        await machine.run('echo "{}" > /etc/dockerops/operator.json; rm -f /root/calls');
        // apt would call the scripts without /usr/local in PATH.
        await machine.run(`dpkg -i /packages/${debian('amd64')}`);
        expect(await machine.run("dpkg-query -W -f '${Version}' dockerops")).to.equal(version);
        expect(await machine.run('cat /etc/dockerops/operator.json')).to.equal('{}\n');
        expect(await machine.run('stat -c %a /etc/dockerops/serve.env')).to.equal('600\n');
        expect(await machine.run('grep restart /root/calls')).to.equal(`try-restart ${units}\n`);
      });

      it('leave settings when they are removed, and only what others made when they are purged', async () => {
        await machine.run('touch /etc/dockerops/token; dpkg -r dockerops; ! ls /usr/lib/dockerops');
        expect(await machine.run('grep "^stop" /root/calls')).to.equal(`stop ${units}\n`);
        expect(await machine.run('cat /etc/dockerops/operator.json')).to.equal('{}\n');
        await machine.run(
          'mkdir -p /etc/systemd/system/multi-user.target.wants; cd /etc/systemd/system/multi-user.target.wants; ' +
            `for unit in ${units}; do ln -s /usr/lib/systemd/system/$unit $unit; done; dpkg -P dockerops`,
        );
        const left = (await machine.run(listFiles))
          .split('\n')
          .filter((path) => !filesBefore.split('\n').includes(path));
        expect(left).to.deep.equal(['/etc/dockerops', '/etc/dockerops/token']);
      });

      it('as a tar.gz run below any prefix', async () => {
        const unpack = `tar -xzf /packages/${top('x64')}.tar.gz -C /opt/prefix --strip-components=1`;
        const output = await machine.run(`mkdir -p /opt/prefix; ${unpack}; cd /; opt/prefix/bin/dockerops version`);
        expect(output).to.equal(`dockerops ${version}\n`);
      });
    });

  it('run the demo on an engine', async () => {
    const { code, stderr } = await dockerops(['init'], { cwd: tmpdir() });
    expect(code, stderr).to.equal(0);
    await using machine = await start('bookworm', ['-v', '/var/run/docker.sock:/var/run/docker.sock']);
    const project = newName();
    await machine.run(`${install(debian('amd64'))}; cd /tmp; dockerops install_demo; mv dockerops-demo ${project}`);
    try {
      await machine.run(`cd /tmp/${project}; dockerops build:all; dockerops run:all`);
      const ping = await machine.run(`cd /tmp/${project}; dockerops exec:demo,instance=two -- ping -c 1 demo-one`);
      expect(ping).to.contain('1 received');
    } finally {
      await machine.run(`cd /tmp/${project}; dockerops clean:all,force=True`);
      const images = await docker('images', '--format', '{{.Repository}}:{{.Tag}}', `${project}/*`);
      await docker('rmi', ...images.split('\n').filter((image) => image !== ''));
    }
  });
});
