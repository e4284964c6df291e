import { expect } from 'chai';
import { facts } from '../../../support/specs.ts';
import { instanceOf, resolveScene, type Scene } from '../project-files.ts';
import { dns, web, one, problemsOf, service } from './scenes.ts';

describe('a job', () => {
  it('is waited for until it has completed, but not while somebody has its terminal', () => {
    const conf = [web('one', { wait: 'completed', restart: 'no' })];
    const run = (switches: NonNullable<Scene['request']>['switches']): unknown =>
      one({ conf, request: service('web', { instance: 'one', switches }) }).wait;
    expect([run({}), run({ interactive: true })]).to.deep.equal(['completed', undefined]);
  });
});

describe('resolving an instance', () => {
  it('names it after project, service and instance, and sets the fixed variables', () => {
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

  it('gives it keys on the base image, and none on another image', () => {
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

  it('has the authority of the project certify its host key for each of its names', () => {
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

  it('finds the base image also through other services, and through labels of an image', () => {
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

  it('mounts folders of the host by its type and its switches', () => {
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

  it('mounts its volumes', () => {
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

  it('reports two mounts of one place, however it is written, and a mount on the root directory', () => {
    const values = { volumes: ['v:/d', 'w:/d/', 'x:/e', 'y:/'], tmpfs: ['/e/./:size=1m'] };
    const messages = problemsOf({ conf: [web('one', values)] }).map(
      (problem) => (problem as { message: string }).message,
    );
    expect(messages).to.deep.equal([
      '"y:/" is mounted on the root directory of the container',
      'two mounts have the target /d',
      'two mounts have the target /e',
    ]);
  });

  it('reports invalid volumes', () => {
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

  it('runs a shell when it is interactive, with and without the base image', () => {
    const request = (name: string): NonNullable<Scene['request']> =>
      service(name, { instance: 'one', switches: { interactive: true } });
    expect(one({ request: request('web') }))
      .to.deep.include({ command: ['/bin/bash'], runtime: { restart: 'no', interactive: true } })
      .and.not.have.property('entrypoint');
    expect(one({ request: request('plain') }, 'plain-one')).to.deep.include({ entrypoint: ['/bin/sh'], command: [] });
  });

  it('runs the seed command of the command line, else that of run.conf, else that of the image', () => {
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

  it('has the engine restart it, unless it is for debugging or run.conf says otherwise', () => {
    expect(one({ conf: [web('one')] }).runtime).to.deep.equal({ restart: 'unless-stopped' });
    expect(one({ conf: [web('one', { instance_type: 'debug', interactive: false })] }).runtime).to.deep.equal({
      restart: 'no',
    });
    expect(one({ conf: [web('one', { restart: 'always' })] }).runtime).to.deep.equal({ restart: 'always' });
  });

  it('takes the keys of the Compose specification', () => {
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

  it('takes labels of run.conf, and reports reserved ones', () => {
    expect(one({ conf: [web('one', { labels: ['a=1', 'b'] })] }).labels).to.deep.equal({
      a: '1',
      b: '',
      'dockerops.conf': 'run.conf',
    });
    expect(problemsOf({ conf: [web('one', { labels: { 'dockerops.project': 'x' } })] })).to.have.length(1);
  });

  it('notes settings without effect', () => {
    expect(resolveScene({ conf: [{ service: 'plain', instance: 'one', safemode: true }] }).notices).to.deep.equal([
      'run.conf:5:3: safemode has no effect, since demo/plain:latest is not built on a base image',
    ]);
    const away = resolveScene({ conf: [web('one', { volumes: './a:/a' })], facts: { ...facts, local: false } });
    expect(away.notices[0]).to.match(/^web-one mounts .*\/demo\/a of host host, not of this machine$/);
  });

  it('marks variables with secret names', () => {
    expect(
      one({ conf: [web('one', { env_vars: { DB_PASSWORD: 'x' } })] }).environment.find(
        ({ name }) => name === 'DB_PASSWORD',
      ),
    ).to.deep.equal({ name: 'DB_PASSWORD', value: ['x'], secret: true });
  });
});
