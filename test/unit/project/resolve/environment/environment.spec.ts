import { expect } from 'chai';
import fc from 'fast-check';
import {
  type EnvironmentInput,
  type ResolvedEnvironment,
  resolveEnvironment,
} from '../../../../../src/lib/project/resolve/environment/environment.ts';
import { isSecretName } from '../../../../../src/lib/model/secret-name.ts';
import { facts } from '../../../../support/specs.ts';

const input = (change: Partial<EnvironmentInput>): EnvironmentInput => ({
  key: 'web-one',
  facts,
  environment: {},
  hostConf: { values: {}, places: {}, lastConf: undefined },
  entry: undefined,
  fileVariables: [],
  required: [],
  derived: {},
  unmet: [],
  fixed: {},
  known: [],
  ...change,
});
const entry = (variables: Record<string, string | null>): EnvironmentInput['entry'] => ({
  values: { service: 'web', env_vars: variables },
  where: 'run.conf:1:1',
  places: Object.fromEntries(Object.keys(variables).map((name) => [`env_vars.${name}`, `run.conf: ${name}`])),
});
const resolve = (change: Partial<EnvironmentInput>): ResolvedEnvironment => resolveEnvironment(input(change));
const hostConf = (values: Record<string, string>): EnvironmentInput['hostConf'] => ({
  values,
  places: Object.fromEntries(Object.keys(values).map((name) => [name, `host.conf: ${name}`])),
  lastConf: undefined,
});
const variable = (resolved: ResolvedEnvironment, name: string): ResolvedEnvironment['variables'][number] | undefined =>
  resolved.variables.find((each) => each.name === name);

describe('the environment of an instance', () => {
  it('takes each value from the environment, else host.conf, run.conf, env_file, else what dockerops derives', () => {
    const value = fc.option(fc.string(), { nil: undefined });
    const source = fc.record({ A: value, B: value, C: value });
    const given = (values: Record<string, string | undefined>): Record<string, string> =>
      Object.fromEntries(Object.entries(values).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
    fc.assert(
      fc.property(source, source, source, source, source, (process, host, conf, file, derived) => {
        const resolved = resolve({
          environment: process,
          hostConf: hostConf(given(host)),
          entry: entry(given(conf)),
          fileVariables: Object.entries(given(file)).map(([name, text]) => ({ name, value: text, where: 'f' })),
          derived: Object.fromEntries(
            Object.entries(given(derived)).map(([name, text]) => [name, { value: [text], origin: { source: 'link' } }]),
          ),
        });
        for (const name of ['A', 'B', 'C'] as const) {
          const named = [host, conf, file, derived].slice(1).some((each) => each[name] !== undefined);
          const all = [process, host, conf, file, derived]
            .map((each) => each[name])
            .filter((text) => text !== undefined);
          expect(variable(resolved, name)?.value.join('')).to.equal(named ? all[0] : undefined);
          expect(variable(resolved, name)?.overridden.map((each) => each.value.join('')) ?? []).to.deep.equal(
            named ? all.slice(1) : [],
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives the origin of a value, and the values that it overrides', () => {
    const found = variable(
      resolve({ environment: { A: '1' }, hostConf: hostConf({ A: '2' }), entry: entry({ A: '3' }) }),
      'A',
    );
    expect(found).to.deep.equal({
      name: 'A',
      value: ['1'],
      origin: { source: 'environment' },
      secret: false,
      overridden: [
        { value: ['2'], origin: { source: 'host.conf', where: 'host.conf: A' } },
        { value: ['3'], origin: { source: 'run.conf', where: 'run.conf: A' } },
      ],
    });
  });

  it('takes only variables of the process that something names', () => {
    expect(
      resolve({ environment: { HOME: '/root', A: '1' }, entry: entry({ A: '2' }) }).variables.map(({ name }) => name),
    ).to.deep.equal(['A']);
  });

  it('reports all missing variables together', () => {
    const { missing } = resolve({
      entry: entry({ A: null, B: null, DB_PASSWORD: null }),
      environment: { B: 'x' },
      required: [
        { name: 'A', where: 'r:1:1' },
        { name: 'TOKEN', where: 'r:1:2' },
      ],
      unmet: [{ name: 'DB_SERVICE_IP', reason: 'no db', where: 'run.conf:9:9' }],
    });
    expect(missing).to.deep.equal([
      {
        name: 'A',
        key: 'web-one',
        reason: 'run.conf requires a value',
        where: 'run.conf: A',
        secret: false,
      },
      {
        name: 'DB_PASSWORD',
        key: 'web-one',
        reason: 'run.conf requires a value',
        where: 'run.conf: DB_PASSWORD',
        secret: true,
      },
      { name: 'TOKEN', key: 'web-one', reason: 'the service requires it', where: 'r:1:2', secret: true },
      { name: 'DB_SERVICE_IP', key: 'web-one', reason: 'no db', where: 'run.conf:9:9', secret: false },
    ]);
  });

  it('replaces from_<interface> by an address, in names that end in _IP', () => {
    const { variables } = resolve({ entry: entry({ A_IP: 'from_eth0', B: 'from_eth0' }) });
    expect(variables.map(({ name, value }) => [name, value])).to.deep.equal([
      ['A_IP', ['192.0.2.7']],
      ['B', ['from_eth0']],
    ]);
  });

  it('names the interfaces of the host when one does not exist', () => {
    expect(resolve({ entry: entry({ A_IP: 'from_eth1' }) }).problems).to.deep.equal([
      {
        where: 'run.conf: A_IP',
        message: 'A_IP is from_eth1, but host host has no interface eth1',
        suggestion: 'its interfaces are eth0 (192.0.2.7)',
      },
    ]);
    const down = { ...facts, interfaces: [{ name: 'eth1', ipv4: [] }] };
    expect(resolve({ facts: down, entry: entry({ A_IP: 'from_eth1' }) }).problems).to.deep.equal([
      {
        where: 'run.conf: A_IP',
        message: 'A_IP is from_eth1, but host host has no IPv4 address on eth1',
        suggestion: 'write the address itself',
      },
    ]);
  });

  it('has a placeholder while the interfaces of the host are not known', () => {
    const { interfaces: _, ...unknown } = facts;
    const resolved = resolve({ facts: unknown, entry: entry({ A_IP: 'from_eth0' }) });
    expect([resolved.lacksInterfaces, variable(resolved, 'A_IP')?.value, resolved.problems]).to.deep.equal([
      true,
      ['<eth0 of host host>'],
      [],
    ]);
  });

  it('has fixed variables: a value in run.conf is a problem, a line in an env_file is noted', () => {
    const resolved = resolve({
      fixed: { SERVICE: 'web' },
      environment: { SERVICE: 'x' },
      entry: entry({ SERVICE: 'y' }),
      fileVariables: [{ name: 'SERVICE', value: 'z', where: '.env:3:1' }],
    });
    expect(variable(resolved, 'SERVICE')).to.deep.include({ value: ['web'], origin: { source: 'fixed' } });
    expect(resolved.problems).to.deep.equal([
      {
        where: 'run.conf: SERVICE',
        message: 'dockerops sets SERVICE, so it cannot be set here',
        suggestion: 'remove it, and use another name for your own value',
      },
    ]);
    expect(resolved.notices).to.deep.equal(['.env:3:1: SERVICE is set by dockerops, so this line is ignored']);
  });

  it('recognises secrets by their names', () => {
    for (const name of [
      'DB_PASSWORD',
      'PGPASSWORD',
      'API_KEY',
      'TOKEN',
      'github_token',
      'CLIENT_SECRET',
      'AWS_SECRET_ACCESS_KEY',
      'SECRET_KEY_BASE',
      'PASSPHRASE',
      'DB_PASS',
      'APIKEY',
      'ROOT_PASSWORD1',
    ])
      expect(isSecretName(name), name).to.equal(true);
    for (const name of [
      'PATH',
      'KEYBOARD',
      'MONKEY',
      'PASSENGERS',
      'DB_PASSWORD_FILE',
      'SECRET_NAME',
      'TOKEN_TTL',
      'DNS_UPDATE_POLICY',
      'COMPASS',
      'PWD',
      'HOST_HOSTNAME',
    ])
      expect(isSecretName(name), name).to.equal(false);
  });
});
