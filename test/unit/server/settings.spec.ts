import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../src/lib/errors.ts';
import { resolveSettings, type ReadSettings } from '../../../src/lib/server/settings.ts';

describe('the settings of a server', () => {
  const read = (
    flags: Readonly<Record<string, unknown>> = {},
    environment: Record<string, string> = {},
  ): ReadSettings => resolveSettings({ flags, environment, homeDirectory: '/home/ann' });
  const problem = (flags: Readonly<Record<string, unknown>>, environment: Record<string, string> = {}): string => {
    try {
      read(flags, environment);
    } catch (error) {
      if (error instanceof UserError) return [error.message, ...error.problems.map(({ message }) => message)].join(' ');
      throw error;
    }
    return 'none';
  };

  it('are for this machine alone, unless they say otherwise', () => {
    expect(read().settings).to.deep.equal({
      listen: [{ host: '127.0.0.1', port: 9000 }],
      origins: [],
      data: '/home/ann/.local/state/dockerops/serve',
      store: { kind: 'sqlite' },
      name: 'default',
      memoryMegabytes: 250,
      jobsOn: 'worker',
      retentionSeconds: 86_400,
      domain: 'paz',
      publicPort: 80,
      deployTimeoutSeconds: 600,
      nodeploy: false,
    });
  });

  it('say where services are reached, how long a deploy may take, and whether anything is run', () => {
    const flags = { domain: 'Example.org', 'public-port': '8080', 'deploy-timeout': '90s', nodeploy: true };
    const expected = { domain: 'example.org', publicPort: 8080, deployTimeoutSeconds: 90, nodeploy: true };
    expect(read(flags).settings).to.deep.include(expected);
    const variables = {
      SERVE_DOMAIN: 'example.org',
      SERVE_PUBLIC_PORT: '8080',
      SERVE_DEPLOY_TIMEOUT: '90s',
      PAZ_SCHEDULER_NODEPLOY: 'true',
    };
    expect(read({}, variables).settings).to.deep.include(expected);
    expect(read({}, { PAZ_SCHEDULER_NODEPLOY: 'false' }).settings.nodeploy).to.equal(false);
    expect(read({}, { SERVE_NODEPLOY: 'false', PAZ_SCHEDULER_NODEPLOY: 'true' }).settings.nodeploy).to.equal(false);
  });

  it('come from the variables of the programs that it takes the place of, too', () => {
    const { settings } = read({}, { PORT: '9090', TOKEN: 't', MEMORY: '64', PAZ_SCHEDULER_CORS: 'true' });
    expect(settings).to.deep.include({
      listen: [{ host: '127.0.0.1', port: 9090 }],
      token: 't',
      memoryMegabytes: 64,
      origins: 'any',
    });
    expect(read({ memory: '32' }, { SERVE_MEMORY: '48', MEMORY: '64' }).settings.memoryMegabytes).to.equal(32);
    expect(read({}, { SERVE_MEMORY: '48', MEMORY: '64' }).settings.memoryMegabytes).to.equal(48);
  });

  it('name variables without effect once', () => {
    expect(read({}, { PAZ_SCHEDULER_LOGLEVEL: 'x', PAZ_DNS: 'y', PAZ_SCHEDULER_CORS: '' }).notices).to.deep.equal([
      'without effect: PAZ_DNS, PAZ_SCHEDULER_LOGLEVEL',
    ]);
  });

  it('say where a store of several servers is', () => {
    const { store } = read({ store: 'etcd://10.0.0.5,[::1]:2380/dockerops/a/', 'etcd-user': 'ann' }).settings;
    expect(store).to.deep.equal({
      kind: 'etcd',
      prefix: '/dockerops/a/',
      etcd: {
        endpoints: [
          { secure: false, host: '10.0.0.5', port: 2379 },
          { secure: false, host: '::1', port: 2380 },
        ],
        user: 'ann',
      },
    });
    expect(read({ store: 'etcds://etcd/x' }, { ETCDCTL_CACERT: '/ca' }).settings.store).to.deep.include({
      etcd: { endpoints: [{ secure: true, host: 'etcd', port: 2379 }], caFile: '/ca' },
    });
    for (const wrong of ['etcd', 'etcd://', 'etcd://host', 'etcd://host/', 'etcd://host:0/a', 'http://host/a'])
      expect(problem({ store: wrong }), wrong).to.include(`"${wrong}" is no store`);
  });

  it('listen on other addresses and ports, too', () => {
    const { listen } = read({ 'also-listen': ['9001', '[::1]:9002'], 'jobs-port': '9090' }).settings;
    expect(listen).to.deep.equal([
      { host: '127.0.0.1', port: 9000 },
      { host: '127.0.0.1', port: 9001 },
      { host: '::1', port: 9002 },
      { host: '127.0.0.1', port: 9090 },
    ]);
  });

  it('refuse an address that others reach without a token, and say how to set one', () => {
    for (const flags of [{ listen: '0.0.0.0:9000' }, { 'also-listen': ['10.0.0.5:1'] }])
      expect(problem(flags)).to.match(/can be reached from other machines, and there is no token/);
    expect(read({ listen: '0.0.0.0:9000', token: 't' }).settings.listen).to.have.length(1);
  });

  it('refuse any origin without a token', () => {
    expect(problem({ cors: 'true' })).to.match(/only where a token is needed/);
    expect(read({ cors: 'https://a.example.org, http://b:1/' }).settings.origins).to.deep.equal([
      'https://a.example.org',
      'http://b:1',
    ]);
    expect(problem({ cors: 'example.org' })).to.match(/is not an origin/);
  });

  it('read the token from a file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'dockerops-token-'));
    const file = join(directory, 'token');
    writeFileSync(file, 'from-file\n');
    expect(read({ 'token-file': file }, { TOKEN: 'weaker' }).settings.token).to.equal('from-file');
    writeFileSync(file, '\n');
    expect(problem({ 'token-file': file })).to.match(/1 to 512 visible characters/);
    expect(problem({ 'token-file': join(directory, 'missing') })).to.match(/cannot be read: ENOENT/);
    rmSync(directory, { recursive: true });
  });

  for (const flags of [
    { memory: '5' },
    { memory: 'much' },
    { port: '70000' },
    { listen: 'off' },
    { listen: 'nowhere' },
    { name: '../x' },
    { 'jobs-on': 'managers' },
    { 'job-retention': '1s' },
    { 'also-listen': ['x'] },
    { domain: 'a b' },
    { domain: '-x.org' },
    { 'public-port': '0' },
    { 'deploy-timeout': '0s' },
  ])
    it(`refuse ${JSON.stringify(flags)}`, () => {
      expect(problem(flags)).to.not.equal('none');
    });
});
