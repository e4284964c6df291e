import { expect } from 'chai';
import type { InstanceSpec } from '../../../../src/lib/model/desired.ts';
import type { Resolution } from '../../../../src/lib/project/resolve/resolve.ts';
import { unresolved } from '../../../../src/lib/project/resolve/unresolved.ts';
import { planRun } from '../../../support/plans.ts';
import { containerOf, facts, observed, runOptions } from '../../../support/specs.ts';
import { error, instanceOf, loadFiles, onBase, resolveScene, type Scene, variableOf } from '../project-files.ts';

const dns = { service: 'dockerops-dns', instance: 'main' };
const web = (instance: string | null, more: object = {}): object => ({ service: 'web', instance, ...more });
const keys = ({ desired }: Resolution): readonly string[] => desired.instances.map(({ key }) => key);
const one = (scene: Scene, key = 'web-one'): InstanceSpec => instanceOf(resolveScene(scene), key);
const problemsOf = (scene: Scene): readonly unknown[] => resolveScene(scene).problems;
const fileOf = (spec: InstanceSpec, path: string): unknown => {
  const text = spec.files
    .find((file) => file.path === path)
    ?.content.map((piece) => (typeof piece === 'string' ? piece : Object.entries(piece).join('=')))
    .join('');
  return text === undefined ? undefined : JSON.parse(text);
};
const service = (name: string, request: object = {}): NonNullable<Scene['request']> => ({
  target: 'service',
  service: name,
  ...request,
});
/** What runs after a scene was applied. */
const running = (
  resolution: Resolution,
  created: Readonly<Record<string, number>> = {},
): NonNullable<Scene['observed']> => ({
  containers: resolution.desired.instances.map((spec) =>
    containerOf(spec, { created: created[spec.key] ?? 1 }, resolution.desired.owner),
  ),
});

describe('resolving: which instances', () => {
  it('run:all means all entries, and knows that this is everything', () => {
    const resolution = resolveScene({ conf: [web('one'), { service: 'db', instance: 'a' }] });
    expect(keys(resolution)).to.deep.equal(['web-one', 'db-a']);
    expect(resolution.desired.complete).to.equal(true);
  });

  it('leaves out what is not to start by itself, unless it runs', () => {
    const conf = [web('one'), web('two', { autostart: false }), web('three', { autorun: false })];
    expect(keys(resolveScene({ conf }))).to.deep.equal(['web-one']);
    const two = resolveScene({ conf, request: service('web', { instance: 'two' }) });
    expect(keys(resolveScene({ conf, observed: running(two) }))).to.deep.equal(['web-one', 'web-two']);
    const stopped = running(two).containers?.map((container) => ({ ...container, state: 'exited' as const }));
    expect(resolveScene({ conf, observed: { containers: stopped ?? [] } }).desired).to.deep.include({
      notAutostarted: ['demo-web-two'],
    });
  });

  it('a group means its entries; a group that is none is told with the nearest', () => {
    const conf = [web('one', { group: 'front' }), web('two')];
    const front = resolveScene({ conf, request: { target: 'group', group: 'front' } });
    expect([keys(front), front.desired.complete]).to.deep.equal([['web-one'], false]);
    const { message, suggestions } = error(() => resolveScene({ conf, request: { target: 'group', group: 'fromt' } }));
    expect([message, suggestions]).to.deep.equal([
      'no entry of run.conf has the group "fromt"',
      ['did you mean "front"?', 'the groups are front'],
    ]);
  });

  it('a service that is none is told with the nearest and the list', () => {
    const { message, suggestions, exitCode } = error(() => resolveScene({ request: service('wbe') }));
    expect([message, exitCode]).to.deep.equal(['there is no service "wbe" in this project', 2]);
    expect(suggestions.slice(0, 2)).to.deep.equal(['did you mean "web"?', 'its services are db, db-main, plain, web']);
  });

  it('a service of an entry that is none is a problem at its place', () => {
    expect(problemsOf({ conf: [{ service: 'wbe' }] }))
      .to.deep.include.members([])
      .and.have.length(1);
    expect(resolveScene({ conf: [{ service: 'wbe' }] }).problems[0]).to.include({
      where: 'run.conf:3:3',
      message: 'there is no service "wbe" in this project',
    });
  });

  it('the entry of exactly this instance applies, else the one without a name, else none with a word', () => {
    const conf = [web('one', { env_vars: { A: '1' } }), web(null, { env_vars: { A: 'any' } })];
    const ask = (instance: string, entries = conf): Resolution =>
      resolveScene({ conf: entries, request: service('web', { instance }) });
    expect(variableOf(ask('one'), 'web-one', 'A')).to.deep.equal(['1']);
    expect(variableOf(ask('two'), 'web-two', 'A')).to.deep.equal(['any']);
    expect(ask('two', conf.slice(0, 1)).notices).to.deep.equal([
      'run.conf has no entry for web,instance=two (it has one), so defaults apply',
    ]);
  });

  it('an instance without a name gets the one that was drawn', () => {
    expect(keys(resolveScene({ request: service('web') }))).to.deep.equal(['web-0a1b2c3d']);
  });

  it('an entry without a name owns one instance, which is found again by its label', () => {
    const first = resolveScene({ conf: [web(null)] });
    expect(first.desired.instances[0]).to.deep.include({
      key: 'web-0a1b2c3d',
      labels: { 'dockerops.conf': 'run.conf', 'dockerops.unnamed': 'true' },
    });
    const renamed = {
      containers: first.desired.instances.map((spec) =>
        containerOf(
          { ...spec, key: 'web-ffffffff', container: 'demo-web-ffffffff', instance: 'ffffffff' },
          {},
          first.desired.owner,
        ),
      ),
    };
    expect(keys(resolveScene({ conf: [web(null)], observed: renamed }))).to.deep.equal(['web-ffffffff']);
    expect(keys(resolveScene({ conf: [web(null)], observed: renamed, request: service('web') }))).to.deep.equal([
      'web-ffffffff',
    ]);
    expect(keys(resolveScene({ conf: [], observed: renamed, request: service('web') }))).to.deep.equal([
      'web-0a1b2c3d',
    ]);
  });

  it('refuses a name of the command line that is no host name', () => {
    expect(problemsOf({ request: service('web', { instance: 'A_1' }) })).to.deep.equal([
      {
        where: '--instance',
        message:
          'the instance name "A_1" is not a valid host name: use up to 63 lower-case letters, digits and inner "-"',
        suggestion: 'write "a-1"',
      },
    ]);
  });

  it('refuses a name that another service has', () => {
    const request = service('db', { instance: 'main-x' });
    const problem = {
      where: '--instance',
      message: 'the name db-main-x belongs to service "db-main", instance "x"',
      suggestion: 'choose another instance name',
    };
    const conf = [{ service: 'db-main', instance: 'x' }];
    expect(problemsOf({ conf, request })).to.deep.equal([problem]);
    expect(problemsOf({ conf: [], request, observed: running(resolveScene({ conf })) })).to.deep.equal([problem]);
  });

  it('refuses interactive instances where several are meant, and takes one alone', () => {
    const conf = [web('one'), web('debug')];
    expect(problemsOf({ conf })).to.deep.equal([
      {
        where: 'run.conf:8:3',
        message: 'web-debug is interactive, and only one instance at a time can have the terminal',
        suggestion: 'set "autostart": false in its entry and run it alone, or set "interactive": false',
      },
    ]);
    expect(problemsOf({ conf, request: service('web', { instance: 'debug' }) })).to.deep.equal([]);
  });

  it('lets an interactive instance that was started by hand run on, and refuses it in a group', () => {
    for (const key of ['autostart', 'autorun']) {
      const conf = [web('one'), web('debug', { [key]: false, group: 'g' })];
      const byHand = running(resolveScene({ conf, request: service('web', { instance: 'debug' }) }));
      const all = resolveScene({ conf, observed: byHand });
      expect([keys(all), all.problems], key).to.deep.equal([['web-one', 'web-debug'], []]);
      expect(problemsOf({ conf, request: { target: 'group', group: 'g' } }), key).to.have.length(1);
    }
  });
});

describe('resolving: an instance', () => {
  it('is named after project, service and instance, and told its fixed variables', () => {
    const spec = one({ conf: [web('one', { persistent_data: true, safemode: true })] });
    expect(spec).to.include({
      container: 'demo-web-one',
      hostname: 'web-one',
      image: 'demo/web:latest',
      type: 'standard',
      sleepSeconds: 0,
    });
    expect(spec.environment).to.deep.equal(
      Object.entries({
        HOST_HOSTNAME: 'host',
        INSTANCE: 'one',
        INSTANCE_TYPE: 'standard',
        PERSISTENT_DATA: 'True',
        PERSISTENT_LOG: 'False',
        PERSISTENT_OPT: 'False',
        SAFEMODE: 'True',
        SERVICE: 'web',
      }).map(([name, value]) => ({ name, value: [value], secret: false })),
    );
  });

  it('on the base image gets keys; on another image none', () => {
    expect(one({ conf: [web('one')] }).files.map(({ path, mode, uid }) => [path, mode.toString(8), uid])).to.deep.equal(
      [
        ['/etc/ssh/ssh_host_ed25519_key', '600', 0],
        ['/etc/ssh/ssh_host_ed25519_key.pub', '644', 0],
        ['/etc/ssh/ssh_host_ed25519_key-cert.pub', '644', 0],
        ['/etc/ssh/ssh_known_hosts', '644', 0],
        ['/etc/dockerops/authorized_keys', '644', 0],
        ['/home/dockerops/.ssh/id_ed25519', '600', 1000],
      ],
    );
    expect(one({ conf: [web('one', { ssh_between: false })] }).files.map(({ path }) => path)).to.not.include(
      '/home/dockerops/.ssh/id_ed25519',
    );
    const plain = resolveScene({ conf: [{ service: 'plain', instance: 'one' }] });
    expect([instanceOf(plain, 'plain-one').files, plain.desired.keys]).to.deep.equal([[], []]);
  });

  it('has a host key that the authority of the project vouches for, for each of its names', () => {
    const wanted = (scene: Scene): unknown =>
      resolveScene(scene).desired.keys.filter(({ name }) => name === 'host-ca' || name === 'host:web-one');
    const authority = { name: 'host-ca', kind: 'ssh', keep: 'project', exists: false };
    const host = (...principals: string[]): object => ({
      name: 'host:web-one',
      kind: 'ssh',
      keep: 'instance',
      exists: false,
      certify: { by: 'host-ca', principals },
    });
    expect(wanted({ conf: [web('one')] })).to.deep.equal([authority, host('web-one', 'web', 'demo-web-one')]);
    expect(
      wanted({ conf: [web('one', { hostname: 'www' }), { ...dns, env_vars: { DNS_ZONE: 'a.test' } }] }),
    ).to.deep.equal([authority, host('web-one', 'web', 'www', 'demo-web-one', 'web-one.a.test', 'web.a.test')]);
  });

  it('is on the base image also through other services, and through an image that the engine knows', () => {
    const files = { 'services/plain/Dockerfile': 'FROM demo/web:latest\n' };
    expect(one({ conf: [{ service: 'plain', instance: 'one' }], files }, 'plain-one').files).to.have.length(6);
    const other = { 'services/plain/Dockerfile': 'FROM shared/thing\n' };
    const images = [
      { id: 'i', references: ['shared/thing:latest'], labels: { 'dockerops.base': 'debian12' }, created: 1 },
    ];
    expect(one({ conf: [{ service: 'plain', instance: 'one' }], files: other }, 'plain-one').files).to.have.length(0);
    expect(
      one({ conf: [{ service: 'plain', instance: 'one' }], files: other, observed: { images } }, 'plain-one').files,
    ).to.have.length(6);
  });

  it('keeps folders of the host where the type or a switch says so', () => {
    const { mounts } = one({
      conf: [web('one', { instance_type: 'persistent', persistent_opt: true, persistent_shared: true })],
    });
    expect(
      mounts.map((mount) => [
        mount.kind,
        mount.kind === 'data' ? mount.directory.replace(/^.*\/demo\//, '') : '',
        mount.target,
      ]),
    ).to.deep.equal([
      ['data', 'data_demo/web_one/data', '/data'],
      ['data', 'data_demo/web_one/opt', '/opt'],
      ['data', 'data_demo/shared', '/shared'],
      ['data', 'data_demo/web_one/log', '/var/log'],
    ]);
  });

  it('mounts what volumes say', () => {
    const resolution = resolveScene({
      conf: [web('one', { volumes: ['$PROJECT_DIR/a:/a:ro', './b:/b', '/c:/c', 'named:/d'] })],
    });
    const directory = resolution.desired.owner.kind === 'project' ? resolution.desired.owner.path : '';
    expect(instanceOf(resolution, 'web-one').mounts).to.deep.equal([
      { kind: 'bind', source: `${directory}/a`, target: '/a', readOnly: true },
      { kind: 'bind', source: `${directory}/b`, target: '/b', readOnly: false },
      { kind: 'bind', source: '/c', target: '/c', readOnly: false },
      { kind: 'volume', volume: 'dockerops-demo-named', target: '/d', readOnly: false, lifetime: 'kept' },
    ]);
  });

  it('says what is wrong with volumes', () => {
    expect(
      problemsOf({ conf: [web('one', { volumes: ['/only', '$HOME/x:/x', 'a/b:/c', '/a:b', '/a:/x', '/b:/x'] })] }).map(
        (problem) => (problem as { message: string }).message,
      ),
    ).to.deep.equal([
      '"/only" is not a valid volume',
      '"$HOME/x:/x" uses $HOME; the only variable here is $PROJECT_DIR',
      '"a/b" is neither a path nor a name of a volume',
      '"/a:b" is mounted on b, which is not an absolute path',
      'two mounts have the target /x',
    ]);
  });

  it('runs a shell when interactive, with or without the base', () => {
    const request = (name: string): NonNullable<Scene['request']> =>
      service(name, { instance: 'one', switches: { interactive: true } });
    expect(one({ request: request('web') }))
      .to.deep.include({ command: ['/bin/bash'], runtime: { restart: 'no', interactive: true } })
      .and.not.have.property('entrypoint');
    expect(one({ request: request('plain') }, 'plain-one')).to.deep.include({ entrypoint: ['/bin/sh'], command: [] });
  });

  it('runs the seed command of the command line, else of run.conf, else what the image says', () => {
    const conf = [web('one', { seed_command: 'run "a b"' })];
    expect(one({ conf }).command).to.deep.equal(['run', 'a b']);
    expect(
      one({ conf, request: service('web', { instance: 'one', switches: { seedCommand: 'other' } }) }).command,
    ).to.deep.equal(['other']);
    expect(one({ conf: [web('one', { seed_command: ['x y', 'z'] })] }).command).to.deep.equal(['x y', 'z']);
    expect(one({ conf: [web('one')] })).to.not.have.property('command');
    expect(problemsOf({ conf: [web('one', { seed_command: 'a "b' })] })).to.deep.equal([
      {
        where: 'run.conf:5:3',
        message: 'seed_command has an unclosed quote: a "b',
        suggestion: 'write a command with its arguments, or remove it to use that of the image',
      },
    ]);
  });

  it('is started again by the engine unless it is for debugging, or run.conf says otherwise', () => {
    expect(one({ conf: [web('one')] }).runtime).to.deep.equal({ restart: 'unless-stopped' });
    expect(one({ conf: [web('one', { instance_type: 'debug', interactive: false })] }).runtime).to.deep.equal({
      restart: 'no',
    });
    expect(one({ conf: [web('one', { restart: 'always' })] }).runtime).to.deep.equal({ restart: 'always' });
  });

  it('is run as the keys of the Compose specification say', () => {
    const { runtime, healthcheck } = one({
      conf: [
        web('one', {
          mem_limit: '512m',
          cpus: '1.5',
          shm_size: '64k',
          stop_grace_period: '1m30s',
          stop_signal: 'SIGINT',
          user: 1000,
          cap_add: ['cap_net_admin'],
          cap_drop: ['ALL'],
          devices: ['/dev/x'],
          tmpfs: '/tmp',
          ulimits: { nproc: { soft: 1, hard: 2 }, nofile: 5 },
          init: true,
          read_only: true,
          extra_hosts: ['b=192.0.2.2', 'a:192.0.2.1'],
          sysctls: ['net.x=1'],
          platform: 'linux/arm64',
          healthcheck: { test: 'true', interval: '5s', timeout: 2, start_period: '1m', retries: 3 },
        }),
      ],
    });
    expect(runtime).to.deep.equal({
      restart: 'unless-stopped',
      memoryBytes: 536_870_912,
      cpus: 1.5,
      shmBytes: 65_536,
      stopSeconds: 90,
      stopSignal: 'SIGINT',
      user: '1000',
      capAdd: ['NET_ADMIN'],
      capDrop: ['ALL'],
      devices: ['/dev/x'],
      tmpfs: ['/tmp', '/var/tmp'],
      ulimits: [
        { name: 'nofile', soft: 5, hard: 5 },
        { name: 'nproc', soft: 1, hard: 2 },
      ],
      init: true,
      readOnly: true,
      extraHosts: ['a:192.0.2.1', 'b:192.0.2.2'],
      sysctls: { 'net.x': '1' },
      platform: 'linux/arm64',
    });
    expect(healthcheck).to.deep.equal({
      test: ['CMD-SHELL', 'true'],
      intervalSeconds: 5,
      timeoutSeconds: 2,
      startSeconds: 60,
      retries: 3,
    });
  });

  it('keeps labels of run.conf, but none that are ours', () => {
    expect(one({ conf: [web('one', { labels: ['a=1', 'b'] })] }).labels).to.deep.equal({
      a: '1',
      b: '',
      'dockerops.conf': 'run.conf',
    });
    expect(problemsOf({ conf: [web('one', { labels: { 'dockerops.project': 'x' } })] })).to.have.length(1);
  });

  it('tells what has no effect', () => {
    expect(resolveScene({ conf: [{ service: 'plain', instance: 'one', safemode: true }] }).notices).to.deep.equal([
      'run.conf:5:3: safemode has no effect, since demo/plain:latest is not built on a base image',
    ]);
    const away = resolveScene({ conf: [web('one', { volumes: './a:/a' })], facts: { ...facts, local: false } });
    expect(away.notices[0]).to.match(/^web-one mounts .*\/demo\/a of host host, not of this machine$/);
  });

  it('marks values of secret names', () => {
    expect(
      one({ conf: [web('one', { env_vars: { DB_PASSWORD: 'x' } })] }).environment.find(
        ({ name }) => name === 'DB_PASSWORD',
      ),
    ).to.deep.equal({ name: 'DB_PASSWORD', value: ['x'], secret: true });
  });
});

describe('resolving: the DNS of a project', () => {
  it('is for all linked instances without a word', () => {
    const resolution = resolveScene({ conf: [dns, web('one'), { service: 'plain', instance: 'x' }] });
    const server = [{ addressOf: 'demo-dockerops-dns-main' }];
    const spec = instanceOf(resolution, 'web-one');
    expect(variableOf(resolution, 'web-one', 'DNS_SERVICE_IP')).to.deep.equal(server);
    expect(spec.network).to.deep.equal({
      mode: 'network',
      network: 'dockerops-demo',
      reservedAddress: false,
      aliases: [],
      links: [],
      resolver: { server, search: 'local.zone' },
    });
    expect([spec.lease, spec.after]).to.deep.equal(['client', ['dockerops-dns-main']]);
    expect(fileOf(spec, '/etc/dockerops/dns.json')).to.deep.equal({
      server: 'addressOf,demo-dockerops-dns-main',
      port: 53,
      zone: 'local.zone',
      key: { name: 'dockerops', algorithm: 'hmac-sha256', secret: 'secret,dns' },
      service: 'web',
      instance: 'one',
      policy: 'APPEND',
      service_ip: null,
      same_network: true,
      container: 'demo-web-one',
    });
    expect(instanceOf(resolution, 'plain-x')).to.deep.include({ lease: 'dockerops', files: [] });
    expect(instanceOf(resolution, 'plain-x').network).to.have.property('resolver');
  });

  it('is not for those that are not linked, nor for whom DNS_SERVICE_IP is empty', () => {
    for (const values of [{ linked: false }, { env_vars: { DNS_SERVICE_IP: '' } }]) {
      const spec = one({ conf: [dns, web('one', values)] });
      expect(spec.lease).to.equal('none');
      expect(spec.network).to.not.have.property('resolver');
      expect(fileOf(spec, '/etc/dockerops/dns.json')).to.equal(undefined);
    }
  });

  it('has a reserved address, its zone in a volume, and a file that says what it serves', () => {
    const spec = one(
      {
        conf: [{ ...dns, env_vars: { DNS_ZONE: 'shop.lan.' } }, web('one')],
        environment: { DNS_ALLOW: '192.0.2.0/24' },
      },
      'dockerops-dns-main',
    );
    expect(spec.network).to.deep.include({ reservedAddress: true, aliases: [] });
    expect(spec.mounts).to.deep.equal([
      {
        kind: 'volume',
        volume: 'dockerops-demo-dockerops-dns-main-zone',
        target: '/var/lib/dockerops-dns',
        readOnly: false,
        lifetime: 'instance',
      },
    ]);
    expect(fileOf(spec, '/etc/dockerops/dns-server.json')).to.deep.equal({
      zone: 'shop.lan',
      key: { name: 'dockerops', algorithm: 'hmac-sha256', secret: 'secret,dns' },
      address: 'addressOf,demo-dockerops-dns-main',
      networks: ['subnetOf,dockerops-demo'],
      allow: ['192.0.2.0/24'],
      self: { service: 'dockerops-dns', instance: 'main', container: 'demo-dockerops-dns-main' },
    });
  });

  it('gives its zone to all', () => {
    const spec = one({ conf: [{ ...dns, env_vars: { DNS_ZONE: 'shop.lan' } }, web('one')] });
    expect(spec.network).to.deep.include({
      resolver: { server: [{ addressOf: 'demo-dockerops-dns-main' }], search: 'shop.lan' },
    });
  });

  it('is known by a link named dns, too', () => {
    const spec = one({ conf: [dns, web('one', { links: ['dockerops-dns-main:dns'] })] });
    expect(spec.environment.find(({ name }) => name === 'DNS_SERVICE_IP')?.value).to.deep.equal([
      { addressOf: 'demo-dockerops-dns-main' },
    ]);
    expect(spec).to.deep.include({ lease: 'client' });
    expect(fileOf(spec, '/etc/dockerops/dns.json')).to.include({ same_network: true });
  });

  it('may be elsewhere: then the address is what DNS_SERVICE_IP says, and the network is not the same', () => {
    const spec = one({ conf: [web('one', { env_vars: { DNS_SERVICE_IP: '198.51.100.3', SERVICE_IP: 'from_eth0' } })] });
    expect(spec.network).to.deep.include({ resolver: { server: ['198.51.100.3'], search: 'local.zone' } });
    expect(fileOf(spec, '/etc/dockerops/dns.json')).to.include({
      same_network: false,
      service_ip: '192.0.2.7',
      server: '198.51.100.3',
    });
  });

  it('is the same when it is named by its own published address', () => {
    const conf = [
      { ...dns, instance: 'master', persistent_data: false, env_vars: { SERVICE_IP: 'from_eth0' } },
      web('one', { env_vars: { DNS_SERVICE_IP: 'from_eth0' } }),
    ];
    const resolution = resolveScene({ conf });
    expect(fileOf(instanceOf(resolution, 'web-one'), '/etc/dockerops/dns.json')).to.include({
      same_network: true,
      server: '192.0.2.7',
    });
    expect(instanceOf(resolution, 'dockerops-dns-master').ports).to.deep.equal([
      { container: 53, protocol: 'tcp', host: 53, ip: '192.0.2.7' },
      { container: 53, protocol: 'udp', host: 53, ip: '192.0.2.7' },
    ]);
  });

  it('must say on which address it publishes', () => {
    expect(
      resolveScene({ conf: [{ ...dns, publish_ports: true }] }).missing.map(({ name, key, reason }) => [
        name,
        key,
        reason,
      ]),
    ).to.deep.equal([
      [
        'SERVICE_IP',
        'dockerops-dns-main',
        'the DNS publishes its ports at this address; ' +
          'set an address of the host or from_<interface>, or use publish_ports=False',
      ],
    ]);
  });

  it('that does not run is said, and its users start without it', () => {
    const resolution = resolveScene({ conf: [dns, web('one')], request: service('web', { instance: 'one' }) });
    expect(resolution.notices).to.deep.equal([
      "web-one is not in the DNS: the project's DNS (run.conf:3:3) does not run",
    ]);
    expect(instanceOf(resolution, 'web-one').lease).to.equal('none');
  });

  it('that runs is used by an instance that is run alone, as it is in run:all', () => {
    const conf = [dns, web('one')];
    const all = resolveScene({ conf });
    const alone = resolveScene({ conf, request: service('web', { instance: 'one' }), observed: running(all) });
    const { after: _, ...wanted } = instanceOf(all, 'web-one');
    expect(instanceOf(alone, 'web-one')).to.deep.include(wanted);
  });

  it('is one', () => {
    expect(problemsOf({ conf: [dns, { ...dns, instance: 'two' }] })).to.deep.equal([
      {
        where: 'run.conf:6:2',
        message: 'dockerops-dns-two is a second DNS; a project has one (dockerops-dns-main)',
        suggestion: 'remove one of the entries',
      },
    ]);
  });

  it('knows three policies', () => {
    expect(
      fileOf(
        one({ conf: [dns, web('one', { env_vars: { DNS_UPDATE_POLICY: 'replace' } })] }),
        '/etc/dockerops/dns.json',
      ),
    ).to.include({ policy: 'REPLACE' });
    expect(problemsOf({ conf: [dns, web('one', { env_vars: { DNS_UPDATE_POLICY: 'ADD' } })] })).to.deep.equal([
      {
        where: 'run.conf:10:4',
        message: 'DNS_UPDATE_POLICY of web-one is "ADD"; it must be HIDE, APPEND or REPLACE',
        suggestion: 'remove it to use APPEND',
      },
    ]);
  });

  it('reports instances that are not in the DNS because it is on another host', () => {
    const plain = {
      service: 'plain',
      instance: 'one',
      env_vars: { DNS_SERVICE_IP: '192.0.2.9', SERVICE_IP: '192.0.2.7' },
      publish_ports: true,
      ports: ['80:80'],
    };
    const noticesOf = (conf: readonly object[]): readonly string[] =>
      resolveScene({ conf }).notices.filter((notice) => notice.includes('not in the DNS'));
    const away = { DNS_SERVICE_IP: '192.0.2.9' };
    expect(noticesOf([web('one', { env_vars: away }), plain])).to.deep.equal([
      'web-one is not in the DNS: the DNS is not on its engine and network, so it needs a SERVICE_IP',
      'plain-one is not in the DNS: its image is not built on the base image, and the DNS is not on its engine and ' +
        'network',
    ]);
    expect(
      noticesOf([
        web('one', { env_vars: { ...away, SERVICE_IP: '192.0.2.7' } }),
        web('two', { env_vars: { ...away, DNS_UPDATE_POLICY: 'HIDE' } }),
      ]),
    ).to.deep.equal([]);
    expect(noticesOf([dns, web('one'), { service: 'plain', instance: 'one' }])).to.deep.equal([]);
    expect(noticesOf([dns, web('one', { network_mode: 'host', env_vars: away })])).to.deep.equal([
      'web-one is not in the DNS: the DNS is not on its engine and network, so it needs a SERVICE_IP',
    ]);
  });

  it('an instance with HIDE has no host name that an engine would answer for', () => {
    const hostnameOf = (variables: object, more: object = {}): string =>
      one({ conf: [dns, web('one', { env_vars: variables, ...more })] }).hostname;
    expect(hostnameOf({ DNS_UPDATE_POLICY: 'hide' })).to.equal('demo-web-one');
    expect(hostnameOf({ DNS_UPDATE_POLICY: 'HIDE' }, { hostname: 'mine' })).to.equal('mine');
    expect(hostnameOf({})).to.equal('web-one');
    const longest = hostnameOf({}, { hostname: 'a'.repeat(60) + '.org' });
    expect(longest).to.have.length(64);
    const hidden = (instance: string): string =>
      one({ conf: [dns, web(instance, { env_vars: { DNS_UPDATE_POLICY: 'HIDE' } })] }, `web-${instance}`).hostname;
    const [first, second] = ['a', 'b'].map((end) => hidden(`${'x'.repeat(58)}${end}`));
    expect(first)
      .to.match(/^demo-web-x{46}-[0-9a-f]{8}$/)
      .and.to.have.length(64)
      .and.not.to.equal(second);
    expect(hidden('x'.repeat(55))).to.equal(`demo-web-${'x'.repeat(55)}`);
  });

  it('makes room for aliases where there is none', () => {
    expect(one({ conf: [web('one')] }).network).to.deep.include({ aliases: ['web', 'web-one'] });
  });
});

describe('resolving: links', () => {
  const linked = (link: unknown, more: Partial<Scene> = {}): Resolution =>
    resolveScene({
      conf: [web('one', { links: [link] }), { service: 'db', instance: 'a' }, { service: 'db-main', instance: 'x' }],
      ...more,
    });

  it('give a name to the linking instance alone, the variable, and the order', () => {
    const resolution = linked({ name: 'my-db', service: 'db', instance: 'a' });
    expect(instanceOf(resolution, 'web-one')).to.deep.include({ after: ['db-a'] });
    expect(instanceOf(resolution, 'web-one').network).to.deep.include({
      links: [{ target: 'demo-db-a', alias: 'my-db' }],
    });
    expect(variableOf(resolution, 'web-one', 'MY_DB_SERVICE_IP')).to.deep.equal([{ addressOf: 'demo-db-a' }]);
  });

  it('have a short form, matched against services with the longest first', () => {
    expect(variableOf(linked('db-a:x'), 'web-one', 'X_SERVICE_IP')).to.deep.equal([{ addressOf: 'demo-db-a' }]);
    expect(variableOf(linked('db-main-x:x'), 'web-one', 'X_SERVICE_IP')).to.deep.equal([
      { addressOf: 'demo-db-main-x' },
    ]);
  });

  it('have wildcards in either part, and never mean the instance itself', () => {
    for (const link of [
      'db-*:x',
      '*-a:x',
      '*-a*:x',
      { name: 'x', service: 'd*', instance: 'a' },
      { name: 'x', service: 'db' },
    ]) {
      expect(variableOf(linked(link), 'web-one', 'X_SERVICE_IP'), JSON.stringify(link)).to.deep.equal([
        { addressOf: 'demo-db-a' },
      ]);
    }
    expect(
      variableOf(resolveScene({ conf: [web('one', { links: ['web-*:x'] }), web('two')] }), 'web-one', 'X_SERVICE_IP'),
    ).to.deep.equal([{ addressOf: 'demo-web-two' }]);
  });

  it('to one of several mean the first by age, say so, and stay with it', () => {
    const conf = [
      { service: 'db', instance: 'a' },
      { service: 'db', instance: 'b' },
      web('one', { links: [{ name: 'db', service: 'db', instance: null }] }),
    ];
    const first = resolveScene({ conf });
    expect(variableOf(first, 'web-one', 'DB_SERVICE_IP')).to.deep.equal([{ addressOf: 'demo-db-a' }]);
    expect(first.notices).to.deep.equal([
      'run.conf:14:4: the link db of web-one has several possible targets (db-a, db-b); it uses db-a',
    ]);
    const observedNow = running(first, { 'db-a': 20, 'db-b': 10 });
    expect(variableOf(resolveScene({ conf, observed: observedNow }), 'web-one', 'DB_SERVICE_IP'), 'kept').to.deep.equal(
      [{ addressOf: 'demo-db-a' }],
    );
    const fresh = { containers: (observedNow.containers ?? []).filter(({ name }) => name !== 'demo-web-one') };
    expect(
      variableOf(resolveScene({ conf, observed: fresh }), 'web-one', 'DB_SERVICE_IP'),
      'first by age',
    ).to.deep.equal([{ addressOf: 'demo-db-b' }]);
  });

  it('without a target need their variable from outside', () => {
    const scene: Partial<Scene> = { conf: [web('one', { links: ['db-a:db'] })] };
    expect(linked('', scene).missing.map(({ name, reason, where }) => [name, reason, where])).to.deep.equal([
      ['DB_SERVICE_IP', 'the link db needs a running instance of db-a: start one, or set the address', 'run.conf:6:4'],
    ]);
    const supplied = linked('', { ...scene, environment: { DB_SERVICE_IP: '198.51.100.9' } });
    expect([supplied.missing, variableOf(supplied, 'web-one', 'DB_SERVICE_IP')]).to.deep.equal([[], ['198.51.100.9']]);
  });

  it('are not there when the instance is not linked', () => {
    const resolution = resolveScene({ conf: [web('one', { links: ['db-a:db'], linked: false })] });
    expect(resolution.missing).to.deep.equal([]);
    expect(instanceOf(resolution, 'web-one').network).to.deep.include({ links: [] });
  });

  it('say what is wrong with them', () => {
    expect(linked('dbb-a:x').problems).to.deep.equal([
      {
        where: 'run.conf:6:4',
        message: 'the link is to a service "dbb", which this project does not have',
        suggestion: 'did you mean "db"?',
      },
    ]);
    expect(linked('db:x').problems).to.deep.equal([
      {
        where: 'run.conf:6:4',
        message: 'the link "db:x" names no instance',
        suggestion: 'write "db-*:x" for any, or "db-<instance>:x"',
      },
    ]);
    expect(
      resolveScene({
        conf: [
          web('one', { links: ['db-a:x', 'db-main-x:X'] }),
          { service: 'db', instance: 'a' },
          { service: 'db-main', instance: 'x' },
        ],
      }).problems.map(({ message }) => message),
    ).to.deep.equal(['another link is named X']);
  });

  it('that go in a circle are told as the circle', () => {
    expect(
      problemsOf({ conf: [web('one', { links: ['db-a:x'] }), { service: 'db', instance: 'a', depends_on: ['web'] }] }),
    ).to.deep.equal([
      {
        where: 'run.conf:12:3',
        message: 'these instances wait for each other: web-one -> db-a -> web-one',
        suggestion: 'remove one of the links or one "depends_on"; names in the DNS need no order',
      },
    ]);
  });
});

describe('resolving: order, ports and the network of the host', () => {
  it('waits for what depends_on names: services and instances', () => {
    expect(
      one({
        conf: [
          web('one', { depends_on: ['db', 'db-main-x'] }),
          { service: 'db', instance: 'a' },
          { service: 'db', instance: 'b' },
          { service: 'db-main', instance: 'x' },
        ],
      }).after,
    ).to.deep.equal(['db-a', 'db-b', 'db-main-x']);
    expect(problemsOf({ conf: [web('one', { depends_on: ['plan'] })] })).to.deep.equal([
      {
        where: 'run.conf:6:4',
        message: '"plan" is neither a service nor a <service>-<instance> of this project',
        suggestion: 'did you mean "plain"?',
      },
    ]);
  });

  it('publishes EXPOSE of the Dockerfile and of the parents that the project builds', () => {
    const files = {
      'services/web/Dockerfile': 'FROM demo/db\nEXPOSE 80\n',
      'services/db/Dockerfile': `${onBase}EXPOSE 80 443\n#UDP_EXPOSE 53\n`,
    };
    expect(
      one({
        conf: [web('one', { publish_ports: true })],
        files,
        environment: { PUBLISH_ON_IP: '127.0.0.1', SERVICE_IP: '192.0.2.1' },
      }).ports,
    ).to.deep.equal([
      { container: 53, protocol: 'udp', host: 53, ip: '127.0.0.1' },
      { container: 80, protocol: 'tcp', host: 80, ip: '127.0.0.1' },
      { container: 443, protocol: 'tcp', host: 443, ip: '127.0.0.1' },
    ]);
    expect(one({ conf: [web('one')], files }).ports).to.deep.equal([]);
  });

  it('publishes "ports" in place of EXPOSE, on SERVICE_IP unless they name an address; notes open ones', () => {
    const conf = (more: object): object[] => [
      web('one', { ports: ['8080:80', '127.0.0.1:53:53/udp'], publish_ports: true, ...more }),
    ];
    const open = resolveScene({ conf: conf({}) });
    expect(instanceOf(open, 'web-one').ports).to.deep.equal([
      { container: 53, protocol: 'udp', host: 53, ip: '127.0.0.1' },
      { container: 80, protocol: 'tcp', host: 8080 },
    ]);
    expect(open.notices).to.deep.equal([
      'web-one publishes on all addresses of the host; set PUBLISH_ON_IP or SERVICE_IP to use only one',
    ]);
    expect(one({ conf: conf({ env_vars: { SERVICE_IP: '192.0.2.1' } }) }).ports).to.deep.equal([
      { container: 53, protocol: 'udp', host: 53, ip: '127.0.0.1' },
      { container: 80, protocol: 'tcp', host: 8080, ip: '192.0.2.1' },
    ]);
    expect(resolveScene({ conf: conf({ publish_ports: false }) }).notices).to.deep.equal([
      'run.conf:5:3: this has no effect, since publish_ports is off',
    ]);
  });

  it('publishes ssh where asked', () => {
    expect(one({ conf: [web('one', { publish_ssh_on: '127.0.0.1:2222' })] }).ports).to.deep.equal([
      { container: 22, protocol: 'tcp', host: 2222, ip: '127.0.0.1' },
    ]);
  });

  it('publishes on the address of an interface, wherever PUBLISH_ON_IP is written', () => {
    const conf = [web('one', { ports: ['80'], publish_ports: true })];
    for (const scene of [
      { conf, environment: { PUBLISH_ON_IP: 'from_eth0' } },
      { conf: [{ ...conf[0], env_vars: { PUBLISH_ON_IP: 'from_eth0' } }] },
    ]) {
      expect(one(scene).ports).to.deep.equal([{ container: 80, protocol: 'tcp', ip: '192.0.2.7' }]);
    }
    const { interfaces: _, ...unknown } = facts;
    const far = resolveScene({ conf, environment: { PUBLISH_ON_IP: 'from_eth0' }, facts: unknown });
    expect([far.lacksInterfaces, instanceOf(far, 'web-one').ports[0]?.ip]).to.deep.equal([true, '<eth0 of host host>']);
    const idle = resolveScene({ conf: [web('one')], environment: { PUBLISH_ON_IP: 'from_eth0' }, facts: unknown });
    expect([idle.lacksInterfaces, idle.problems], 'nothing is published').to.deep.equal([false, []]);
  });

  it('tells once, with its place, that ports cannot be published on what is no address of the host', () => {
    const conf = (env_vars: object): Scene => ({
      conf: [web('one', { ports: ['80'], publish_ports: true, env_vars })],
    });
    const noInterface = 'PUBLISH_ON_IP is from_eth9, but host host has no interface eth9';
    const noAddress = (name: string): string =>
      `${name} is localhost, which is not an address that ports can be published on`;
    for (const [scene, where, message] of [
      [{ ...conf({}), environment: { PUBLISH_ON_IP: 'from_eth9' } }, 'environment', noInterface],
      [conf({ PUBLISH_ON_IP: 'from_eth9' }), 'run.conf:10:4', noInterface],
      [conf({ PUBLISH_ON_IP: 'localhost' }), 'run.conf:10:4', noAddress('PUBLISH_ON_IP')],
      [conf({ SERVICE_IP: 'localhost' }), 'run.conf:10:4', noAddress('SERVICE_IP')],
    ] as const)
      expect(resolveScene(scene).problems.map((problem) => [problem.where, problem.message])).to.deep.equal([
        [where, message],
      ]);
    expect(problemsOf(conf({ PUBLISH_ON_IP: '::1' }))).to.deep.equal([]);
  });

  it('publishes ssh on what is a port of the host only', () => {
    for (const port of ['99999', '127.0.0.1:0', '300.0.0.1:2222']) {
      expect(problemsOf({ conf: [web('one', { publish_ssh_on: port })] })).to.deep.equal([
        {
          where: 'run.conf:5:3',
          message: `"${port}" is not a valid port of the host`,
          suggestion: 'write it like 2222 or "127.0.0.1:2222"',
        },
      ]);
    }
  });

  it('needs SERVICE_IP for a master that publishes, and only then', () => {
    const files = { 'services/web/Dockerfile': `${onBase}EXPOSE 80\n` };
    expect(resolveScene({ conf: [web('master')], files }).missing.map(({ name }) => name)).to.deep.equal([
      'SERVICE_IP',
    ]);
    for (const more of [{ publish_ports: false }, { env_vars: { SERVICE_IP: 'from_eth0' } }])
      expect(resolveScene({ conf: [web('master', more)], files }).missing).to.deep.equal([]);
    expect(resolveScene({ conf: [web('master')] }).missing, 'nothing exposed').to.deep.equal([]);
    expect(resolveScene({ conf: [web('published')], files }).missing, 'published').to.deep.equal([]);
  });

  it('warns of a SERVICE_IP where nothing is published', () => {
    expect(resolveScene({ conf: [web('one', { env_vars: { SERVICE_IP: '192.0.2.1' } })] }).notices).to.deep.equal([
      'SERVICE_IP of web-one is 192.0.2.1, but web-one publishes no port',
    ]);
  });

  it('on the network of the host has no aliases, no ports, no sshd, and refuses links', () => {
    for (const value of [{ network_mode: 'host' }, { network_mode: 'nethost' }, { nethost: true }]) {
      const resolution = resolveScene({
        conf: [
          web('one', { ...value, links: ['db-a:x'], publish_ports: true, ports: ['80'] }),
          { service: 'db', instance: 'a' },
        ],
      });
      expect(instanceOf(resolution, 'web-one')).to.deep.include({ network: { mode: 'host' }, ports: [], after: [] });
      expect(instanceOf(resolution, 'web-one').files.map(({ path }) => path)).to.include('/etc/dockerops/sshd-off');
      expect(resolution.problems.map(({ message }) => message)).to.deep.equal([
        'web-one is on the network of the host, where links do not work',
      ]);
      expect(
        fileOf(
          one({
            conf: [dns, web('one', { ...value, env_vars: { DNS_SERVICE_IP: '192.0.2.7' } })],
            environment: { SERVICE_IP: '192.0.2.7' },
          }),
          '/etc/dockerops/dns.json',
        ),
      ).to.include({ same_network: false });
      expect(resolution.notices).to.deep.equal([
        'web-one is on the network of the host, so its ports are not published',
      ]);
    }
  });
});

describe('resolving: the project', () => {
  it('needs the images of its instances with their parents', () => {
    const files = { 'services/web/Dockerfile': 'FROM demo/db AS a\nFROM debian:12\nCOPY --from=a / /\n' };
    const { images } = resolveScene({
      conf: [
        web('one', { build_args: { V: 1, NPM_TOKEN: 'x' }, platform: 'linux/arm64' }),
        { service: 'cache', image: 'redis:7' },
      ],
      files,
    }).desired;
    expect(images.map(({ reference, parents, source }) => [reference, source.kind, parents])).to.deep.equal([
      ['debian:12', 'registry', []],
      ['demo/db:latest', 'folder', ['dockerops/dockerops-base:latest']],
      ['demo/web:latest', 'folder', ['demo/db:latest', 'debian:12']],
      ['dockerops/dockerops-base:latest', 'base', []],
      ['redis:7', 'registry', []],
    ]);
    expect(images[0]?.source).to.deep.include({ platform: 'linux/arm64' });
    expect(images[2]?.source).to.deep.include({
      buildArgs: { V: '1', NPM_TOKEN: 'x' },
      secretArgs: ['NPM_TOKEN'],
      platform: 'linux/arm64',
    });
  });

  it('publishes what an image of a registry exposes, once that is known', () => {
    const conf = [{ service: 'cache', instance: 'one', image: 'redis:7', publish_ports: true }];
    const image = { id: 'sha256:1', references: ['redis:7'], labels: {}, created: 1, exposed: ['6379/tcp', '53/udp'] };
    const here = resolveScene({ conf, observed: { images: [image] } });
    expect(instanceOf(here, 'cache-one').ports).to.deep.equal([
      { container: 53, protocol: 'udp', host: 53 },
      { container: 6379, protocol: 'tcp', host: 6379 },
    ]);
    const away = resolveScene({ conf });
    expect(instanceOf(away, 'cache-one').ports).to.deep.equal([]);
    expect(away.notices).to.deep.equal(['the ports of cache-one are known once redis:7 has been pulled']);
  });

  it('says what is wrong with a service only when it is needed', () => {
    const files = { 'services/db/Dockerfile': 'FROM dockerops/dockerops-base-ubuntu14.04\n', 'services/empty/x': '' };
    expect(problemsOf({ conf: [web('one')], files })).to.deep.equal([]);
    expect(problemsOf({ conf: [{ service: 'db' }], files })).to.deep.equal([
      {
        where: 'services/db/Dockerfile:1:1',
        message: 'dockerops/dockerops-base-ubuntu14.04 no longer exists: base images are built on Debian',
        suggestion: 'write FROM dockerops/dockerops-base',
      },
    ]);
    expect(problemsOf({ conf: [{ service: 'empty' }], files })[0]).to.include({
      where: 'services/empty/Dockerfile',
      message: 'service "empty" has no Dockerfile',
    });
  });

  it('ends where images are built on each other, which building will tell', () => {
    const files = { 'services/web/Dockerfile': 'FROM demo/db\n', 'services/db/Dockerfile': 'FROM demo/web\n' };
    expect(resolveScene({ conf: [web('one')], files }).desired.images.map(({ reference }) => reference)).to.deep.equal([
      'demo/db:latest',
      'demo/web:latest',
    ]);
  });

  it('takes its subnets from the range that the environment says', () => {
    expect(resolveScene({ conf: [] }).desired.network).to.deep.equal({
      name: 'dockerops-demo',
      range: '10.210.0.0/16',
      prefix: 22,
    });
    expect(resolveScene({ conf: [], environment: { DOCKEROPS_SUBNETS: '10.9.0.0/24' } }).desired.network).to.deep.equal(
      { name: 'dockerops-demo', range: '10.9.0.0/24', prefix: 24 },
    );
    expect(problemsOf({ conf: [], environment: { DOCKEROPS_SUBNETS: '10.9' } })).to.deep.equal([
      {
        where: 'DOCKEROPS_SUBNETS',
        message: '"10.9" is not a valid address range for networks',
        suggestion: 'write it like 10.210.0.0/16; sizes are /8 to /28',
      },
    ]);
  });

  it('is the same for the same input', () => {
    const scene = {
      conf: [dns, web('one', { links: ['db-*:db'], env_vars: { B: '1', A: '2' } }), { service: 'db', instance: 'a' }],
    };
    const [first, second] = [resolveScene(scene), resolveScene(scene)].map(({ instances, desired }) =>
      JSON.stringify([instances, desired]).replaceAll(/dockerops-project-\w+/g, ''),
    );
    expect(first).to.equal(second);
  });

  it('once it runs, is as wanted: the plan has nothing to do', () => {
    const conf = [
      dns,
      web('one', { links: ['db-*:db'], env_vars: { DB_PASSWORD: 'x' } }),
      { service: 'db', instance: 'a' },
      web(null),
    ];
    const first = resolveScene({ conf });
    const images = first.desired.images.map(({ reference }) => ({
      id: `sha256:${reference.replace(/^.*\/([^/]*):latest$/, '$1')}`,
      references: [reference],
      labels: {},
      created: 1,
    }));
    const containers = (running(first).containers ?? []).map(({ ownership, ...container }) => ({
      ...container,
      ...(ownership === undefined ? {} : { ownership: { ...ownership, linkAddresses: {} } }),
    }));
    const now = observed({ containers, images });
    const again = resolveScene({ conf, observed: now });
    const plan = planRun({ ...again.desired, owner: first.desired.owner }, now, facts, runOptions);
    expect(
      plan.verdicts
        .filter(({ verdict }) => verdict !== 'keep')
        .map(({ key, verdict, reason }) => [key, verdict, reason]),
    ).to.deep.equal([]);
    expect([plan.operations.map(({ id }) => id), plan.blockers]).to.deep.equal([[], []]);
  });

  it('is refused with everything that stands in its way', () => {
    const missing = unresolved(
      resolveScene({ conf: [web('one', { env_vars: { A: null } }), web('two', { env_vars: { A: null, B: null } })] }),
    );
    expect(missing.message).to.equal('missing: A, B');
    expect(missing.problems[0]).to.deep.equal({
      where: 'run.conf:6:4',
      message: 'web-one needs A: run.conf requires a value',
      suggestion: 'A=<value> dockerops …, or in host.conf: "A": "<value>"',
    });
    expect(
      unresolved(resolveScene({ conf: [web('one', { env_vars: { A: null } }), { service: 'nobody' }] })).message,
    ).to.equal('the project has 2 problems');
  });

  it('reads everything that entries name, and tells all problems of its files at once', () => {
    const files = {
      '.env': 'A=file\nB=file\n',
      '.first': 'A=first\n',
      'services/.cache/x': '',
      'services/web/required_env_vars.json': '["A", "C"]',
      'host.conf': '{"C": "host"}',
    };
    const resolution = resolveScene({
      conf: [web('one', { env_file: ['.first', '.env'], env_vars: { B: 'conf' } })],
      files,
    });
    expect([...loadFiles(files).services.keys()].filter((name) => !name.startsWith('dockerops-'))).to.deep.equal([
      'web',
    ]);
    expect(['A', 'B', 'C'].map((name) => variableOf(resolution, 'web-one', name))).to.deep.equal([
      ['file'],
      ['conf'],
      ['host'],
    ]);
    const broken = error(() =>
      resolveScene({
        conf: [web('one', { env_file: ['.env', 'none'], sleep: 'x' })],
        files: { '.env': 'nonsense', 'host.conf': '[]' },
      }),
    );
    expect(broken.message).to.equal('the configuration has 4 problems');
    expect(broken.problems.map(({ where }) => where)).to.deep.equal([
      'run.conf:9:12',
      'run.conf:5:3',
      '.env:1:1',
      'host.conf:1:1',
    ]);
  });
});
