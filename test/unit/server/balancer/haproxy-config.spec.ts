import { expect } from 'chai';
import fc from 'fast-check';
import type { BalancedRoute, BalancedUnit } from '../../../../src/lib/server/balancer/balancing.ts';
import { balancerDocument, type PortBalance } from '../../../../src/lib/server/balancer/haproxy-config.ts';

const byName = (service: string, more: Partial<BalancedRoute> = {}): BalancedRoute => ({
  service,
  hostPort: 80,
  containerPort: 9000,
  byName: true,
  ...more,
});
const unitOf = (service: string, unit: string, more: Partial<BalancedUnit> = {}): BalancedUnit => ({
  service,
  hostPort: 80,
  unit,
  address: '10.0.0.3',
  port: 9000,
  isDraining: false,
  ...more,
});

const routes = [byName('web'), byName('Api-2')];
const units = [unitOf('web', 'web-1-1'), unitOf('Api-2', 'Api-2-7-1', { address: '10.0.0.4' })];
const named: PortBalance = { domain: 'paz', routes, units };

const word = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'web',
    'a b',
    'web\n    server x 1.2.3.4:5',
    'web\r',
    'web;',
    'web}',
    'web"',
    '%[env(HOME)]',
    'a\\',
    '',
  ),
  fc.stringMatching(/^[A-Za-z0-9-]{1,70}$/),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(Number.NaN, 1, 65_535, 65_536, 1.5));
const anyInput = fc.record({
  domain: word,
  routes: fc.array(fc.record({ service: word, hostPort: number, containerPort: number }), { maxLength: 3 }),
  units: fc.array(
    fc.record({
      service: word,
      hostPort: number,
      unit: word,
      address: fc.oneof(word, fc.ipV4(), fc.ipV6()),
      port: number,
      isDraining: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

describe('the configuration of haproxy', () => {
  it('leads a service by its name, with and without the domain, to its units', () => {
    const { config, hosts } = balancerDocument(named);
    expect(hosts).to.equal('api-2 s_Api-2\napi-2.paz s_Api-2\nweb s_web\nweb.paz s_web\n');
    expect(config).to.match(
      /backend s_web\n {4}mode http\n(?: {4}.*\n)+ {4}server web-1-1 10\.0\.0\.3:9000 weight 100 /,
    );
    expect(config).to.contain('map_str(/data/hosts.map,unknown)').and.to.contain('return status 404');
  });

  it('gives a port that one service has all connections, whatever they are', () => {
    const route = { service: 'db', hostPort: 5432, containerPort: 5432 };
    const { config, hosts } = balancerDocument({ ...named, routes: [route], units: [unitOf('db', 'db-1-1')] });
    expect(hosts).to.equal('');
    expect(config).to.contain('default_backend s_db').and.not.to.contain('mode http');
  });

  it('finds the units by the resolver of the engine where it is not given them', () => {
    const { config, servers } = balancerDocument({ ...named, units: undefined });
    expect(servers).to.equal(undefined);
    expect(config).to.match(/server-template unit 1-\d+ web\.unit:9000 resolvers engine .* init-addr last,none /);
    expect(config).to.contain('timeout resolve 500ms');
  });

  it('has no unit in the file that a restart must not use, and tells the running process of it', () => {
    const { config, servers } = balancerDocument({ ...named, units: [unitOf('web', 'web-1-1', { isDraining: true })] });
    expect(config).not.to.contain('server web-1-1');
    expect(servers?.map(({ name, draining }) => [name, draining])).to.deep.equal([['web-1-1', true]]);
  });

  it('has the same frame whatever the units are, and another one for other services, ports and domains', () => {
    const frameOf = (change: Partial<PortBalance>): string => balancerDocument({ ...named, ...change }).frame;
    const { frame, config } = balancerDocument(named);
    expect(config).to.contain(`\n    node ${frame}\n`);
    expect([frameOf({ units: [] }), frameOf({ routes: routes.toReversed() })]).to.deep.equal([frame, frame]);
    const others = [{ domain: 'example.org' }, { routes: [byName('web')] }, { units: undefined }];
    for (const change of others) expect(frameOf(change)).not.to.equal(frame);
  });

  it('refuses every text that is not a name, an address or a port', () => {
    const bad: readonly Partial<PortBalance>[] = [
      { domain: 'paz\nfrontend x' },
      { domain: 'a..b' },
      { routes: [byName('web api')] },
      { routes: [byName('web\n')] },
      { routes: [byName('web', { containerPort: 0 })] },
      { units: [unitOf('web', 'web-1-1', { address: 'example.org' })] },
      { units: [unitOf('web', 'web-1-1 backup')] },
      { units: [unitOf('web', 'web-1-1', { port: 1.5 })] },
    ];
    for (const change of bad) expect(() => balancerDocument({ ...named, ...change })).to.throw(TypeError);
  });

  it('consists of the same lines for all input, but for one line of words for each unit', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        let document;
        try {
          document = balancerDocument(input);
        } catch (error) {
          expect(error).to.be.instanceOf(TypeError);
          return;
        }
        const lines = document.config.split('\n');
        const servers = lines.filter((line) => line.startsWith('    server '));
        const plain = balancerDocument({ ...input, units: [] }).config.split('\n');
        expect(lines.filter((line) => !servers.includes(line))).to.deep.equal(plain);
        for (const line of servers)
          expect(line).to.match(/^ {4}server [A-Za-z0-9-]+ [\d.a-f:]+:\d+ weight 100 check [a-z0-9 ]+$/);
        for (const line of plain) expect(line).to.match(/^[\x20-\x7e]*$/);
        for (const line of document.hosts.split('\n').slice(0, -1))
          expect(line).to.match(/^[a-z0-9.-]+ s_[A-Za-z0-9-]+$/);
      }),
      { numRuns: 2000 },
    );
  });
});
