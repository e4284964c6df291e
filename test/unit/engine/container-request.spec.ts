import { expect } from 'chai';
import type { ContainerConfig } from '../../../src/lib/engine/container-config.ts';
import { createBody } from '../../../src/lib/engine/container-request.ts';
import { serviceBody } from '../../../src/lib/engine/swarm/swarm-request.ts';
import { definedOnly } from '../../../src/lib/defined.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import { plainContainer } from '../../support/plain-container.ts';

const minimal: ContainerConfig = plainContainer('x');

const full: ContainerConfig = plainContainer('demo/api', {
  hostname: 'api',
  entrypoint: ['/e'],
  command: ['run'],
  environment: ['A=b'],
  labels: { l: '1' },
  network: {
    mode: 'network',
    name: 'net',
    address: '10.0.0.5',
    aliases: ['api'],
    links: [{ target: 'db-one', alias: 'db' }],
    dns: { servers: ['10.0.0.2'], search: ['demo.local'], options: ['ndots:1'] },
  },
  ports: [
    { container: 80, protocol: 'tcp', host: 8080, ip: '127.0.0.1' },
    { container: 80, protocol: 'tcp' },
    { container: 53, protocol: 'udp', host: 53 },
  ],
  mounts: [
    { kind: 'bind', source: '/s', target: '/t', readOnly: true },
    { kind: 'volume', volume: 'v', target: '/v', readOnly: false, lifetime: 'kept' },
    { kind: 'data', volume: 'd', directory: '/srv/d', target: '/data', labels: { o: 'me' } },
  ],
  runtime: {
    restart: 'on-failure',
    stopSignal: 'INT',
    stopSeconds: 3,
    memoryBytes: 1024,
    cpus: 1.5,
    user: 'u',
    workingDirectory: '/srv',
    capAdd: ['NET_ADMIN'],
    capDrop: ['ALL'],
    devices: ['/dev/a', '/dev/b:/dev/c', '/dev/d:/dev/e:r', '/dev/f:rw'],
    tmpfs: ['/run', '/tmp:size=1m,mode=1777'],
    ulimits: [{ name: 'nofile', soft: 1, hard: 2 }],
    shmBytes: 64,
    init: true,
    readOnly: false,
    extraHosts: ['h:1.2.3.4'],
    privileged: true,
    securityOptions: ['no-new-privileges:true'],
    containerRuntime: 'nvidia',
    sysctls: { 'net.x': '1' },
  },
  healthcheck: { test: ['CMD', 'true'], intervalSeconds: 2, timeoutSeconds: 0.5, startSeconds: 1, retries: 3 },
  terminal: true,
  logs: { maxSize: '10m', maxFiles: 3 },
});

const fullBody = {
  Image: 'demo/api',
  Hostname: 'api',
  Entrypoint: ['/e'],
  Cmd: ['run'],
  Env: ['A=b'],
  Labels: { l: '1' },
  User: 'u',
  WorkingDir: '/srv',
  StopSignal: 'INT',
  StopTimeout: 3,
  Tty: true,
  OpenStdin: true,
  ExposedPorts: { '80/tcp': {}, '53/udp': {} },
  Healthcheck: { Test: ['CMD', 'true'], Interval: 2e9, Timeout: 5e8, StartPeriod: 1e9, Retries: 3 },
  HostConfig: {
    NetworkMode: 'net',
    Dns: ['10.0.0.2'],
    DnsSearch: ['demo.local'],
    DnsOptions: ['ndots:1'],
    PortBindings: {
      '80/tcp': [
        { HostIp: '127.0.0.1', HostPort: '8080' },
        { HostIp: '', HostPort: '' },
      ],
      '53/udp': [{ HostIp: '', HostPort: '53' }],
    },
    Mounts: [
      { Type: 'bind', Source: '/s', Target: '/t', ReadOnly: true },
      { Type: 'volume', Source: 'v', Target: '/v', ReadOnly: false },
      {
        Type: 'volume',
        Source: 'd',
        Target: '/data',
        ReadOnly: false,
        VolumeOptions: {
          Labels: { o: 'me' },
          DriverConfig: { Name: 'local', Options: { type: 'none', o: 'bind', device: '/srv/d' } },
        },
      },
    ],
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    RestartPolicy: { Name: 'on-failure' },
    Memory: 1024,
    NanoCpus: 1.5e9,
    CapAdd: ['NET_ADMIN'],
    CapDrop: ['ALL'],
    Devices: [
      { PathOnHost: '/dev/a', PathInContainer: '/dev/a', CgroupPermissions: 'rwm' },
      { PathOnHost: '/dev/b', PathInContainer: '/dev/c', CgroupPermissions: 'rwm' },
      { PathOnHost: '/dev/d', PathInContainer: '/dev/e', CgroupPermissions: 'r' },
      { PathOnHost: '/dev/f', PathInContainer: '/dev/f', CgroupPermissions: 'rw' },
    ],
    Tmpfs: { '/run': '', '/tmp': 'size=1m,mode=1777' },
    Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 2 }],
    ShmSize: 64,
    Init: true,
    ReadonlyRootfs: false,
    ExtraHosts: ['h:1.2.3.4'],
    Sysctls: { 'net.x': '1' },
    Privileged: true,
    SecurityOpt: ['no-new-privileges:true'],
    Runtime: 'nvidia',
  },
  NetworkingConfig: {
    EndpointsConfig: { net: { IPAMConfig: { IPv4Address: '10.0.0.5' }, Aliases: ['api'], Links: ['db-one:db'] } },
  },
};

describe('request for a container', () => {
  it('has the DNS servers and the log of the instance in place of those of the project and of the usual one', () => {
    const runtime = {
      restart: 'no',
      dnsServers: ['192.0.2.53'],
      logging: { driver: 'journald', options: { tag: 'x' } },
    } as const;
    const { HostConfig: host } = createBody({ ...full, runtime });
    expect(host).to.deep.include({ Dns: ['192.0.2.53'], LogConfig: { Type: 'journald', Config: { tag: 'x' } } });
  });

  it('leaves out what is not asked for', () => {
    expect(createBody(minimal)).to.deep.equal({
      Image: 'x',
      Env: [],
      Labels: {},
      Tty: false,
      OpenStdin: false,
      ExposedPorts: {},
      HostConfig: { NetworkMode: 'bridge', PortBindings: {}, Mounts: [], RestartPolicy: { Name: 'no' } },
    });
  });

  it('has what is needed for a while only removed at its end', () => {
    expect(createBody({ ...minimal, removedAtEnd: true })['HostConfig']).to.include({ AutoRemove: true });
  });

  it("makes a volume of the container's own, without a name", () => {
    expect(
      createBody({ ...minimal, mounts: [{ kind: 'scratch', target: '/run', labels: { a: 'b' } }] })['HostConfig'],
    ).to.deep.include({
      Mounts: [{ Type: 'volume', Target: '/run', ReadOnly: false, VolumeOptions: { Labels: { a: 'b' } } }],
    });
  });

  it('copies nothing of the image into a volume that another container has', () => {
    const mounts: ContainerConfig['mounts'] = [
      { kind: 'volume', volume: 'v', target: '/v', readOnly: false, lifetime: 'kept', noCopy: true },
      { kind: 'data', volume: 'd', directory: '/srv/d', target: '/data', labels: {}, noCopy: true },
    ];
    const body = createBody({ ...minimal, mounts })['HostConfig'] as {
      readonly Mounts: readonly { readonly VolumeOptions: unknown }[];
    };
    for (const { VolumeOptions } of body.Mounts) expect(VolumeOptions).to.include({ NoCopy: true });
  });

  it('has three attempts for a healthcheck without a number of them, whatever the image says', () => {
    const check = (healthcheck: ContainerConfig['healthcheck']): unknown =>
      createBody({ ...minimal, ...definedOnly({ healthcheck }) })['Healthcheck'];
    expect(check({ test: ['CMD', 'true'] })).to.deep.equal({ Test: ['CMD', 'true'], Retries: 3 });
    expect(check({ test: [], intervalSeconds: 1 })).to.deep.equal({ Test: [], Interval: 1e9, Retries: 3 });
    expect(check({ test: ['NONE'] })).to.deep.equal({ Test: ['NONE'] });
  });

  it('carries every option in the units of the API', () => {
    expect(createBody(full)).to.deep.equal(fullBody);
  });
});

describe('request for a Swarm service', () => {
  it('carries what a service can have', () => {
    const config: ContainerConfig = {
      ...full,
      network: {
        mode: 'network',
        name: 'net',
        aliases: ['api'],
        links: [],
        dns: { servers: ['1.1.1.1'], search: [], options: [] },
      },
      ports: [{ container: 80, protocol: 'tcp', host: 8080 }],
      mounts: [],
      runtime: { restart: 'unless-stopped', cpus: 0.5, stopSeconds: 2, shmBytes: 64, extraHosts: ['h:::1'] },
    };
    const placement = {
      mode: { replicated: 2 },
      constraints: ['node.role == worker'],
      endpoint: 'vip',
      reservedMemoryBytes: 2 ** 20,
      containerLabels: { own: '1' },
    } as const;
    expect(serviceBody('api', config, placement)).to.deep.equal({
      Name: 'api',
      Labels: { l: '1' },
      Mode: { Replicated: { Replicas: 2 } },
      TaskTemplate: {
        ContainerSpec: {
          Image: 'demo/api',
          Labels: { own: '1' },
          Hostname: 'api',
          Command: ['/e'],
          Args: ['run'],
          Env: ['A=b'],
          TTY: true,
          OpenStdin: true,
          StopGracePeriod: 2e9,
          Healthcheck: { Test: ['CMD', 'true'], Interval: 2e9, Timeout: 5e8, StartPeriod: 1e9, Retries: 3 },
          Hosts: ['::1 h'],
          DNSConfig: { Nameservers: ['1.1.1.1'], Search: [], Options: [] },
          Mounts: [{ Type: 'tmpfs', Target: '/dev/shm', TmpfsOptions: { SizeBytes: 64 } }],
        },
        Resources: { Limits: { NanoCPUs: 5e8 }, Reservations: { MemoryBytes: 2 ** 20 } },
        RestartPolicy: { Condition: 'any' },
        Placement: { Constraints: ['node.role == worker'] },
        Networks: [{ Target: 'net', Aliases: ['api'] }],
        LogDriver: { Name: 'json-file', Options: { 'max-size': '10m', 'max-file': '3' } },
      },
      EndpointSpec: {
        Mode: 'vip',
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }],
      },
    });
  });

  it('may have a task on each node, with ports of that node, and no virtual address', () => {
    const config: ContainerConfig = {
      ...full,
      network: { mode: 'bridge' },
      ports: [{ container: 80, protocol: 'tcp', host: 8080, publish: 'host' }],
      runtime: { restart: 'always' },
    };
    const body = serviceBody('lb', config, { mode: 'global', constraints: [], endpoint: 'dnsrr' });
    expect(body).to.deep.include({
      Mode: { Global: {} },
      EndpointSpec: {
        Mode: 'dnsrr',
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'host' }],
      },
    });
  });

  it('is refused when it asks for what only a container can have, all of it named', () => {
    const impossible = [
      'a fixed address',
      'links',
      'a port on one host address',
      'a port on every node without a virtual address',
      'devices',
      'all rights of its host (privileged)',
      'security options',
      'a runtime of its own',
      'options of tmpfs',
    ];
    expect(() => serviceBody('api', full, { mode: { replicated: 1 }, constraints: [], endpoint: 'dnsrr' }))
      .to.throw(EngineError, impossible.join(', '))
      .with.property('code', 'SWARM_UNSUPPORTED');
  });
});
