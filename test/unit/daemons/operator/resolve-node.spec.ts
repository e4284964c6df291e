import { expect } from 'chai';
import { definedOnly } from '../../../../src/lib/defined.ts';
import { resolveNode, type NodeFacts } from '../../../../src/lib/daemons/operator/resolve-node.ts';
import { plainDefinition, type ServiceDefinition } from '../../../../src/lib/daemons/operator/service-definition.ts';
import type { DesiredService } from '../../../../src/lib/daemons/operator/desired-state.ts';

const facts: NodeFacts = {
  owner: { kind: 'node', name: 'n1', prefix: '_wakeful' },
  consulHost: '10.0.0.5',
  address: '192.0.2.7',
  environment: { REGION: 'east', DB_PASSWORD: 'hush' },
  exposed: () => ['53/udp', '80/tcp'],
};

function service(name: string, change: Partial<ServiceDefinition> = {}): DesiredService {
  return { name, where: `apps/${name}`, definition: { ...plainDefinition(`${name}:1`), ...change } };
}

describe("a node's services in the planner's terms", () => {
  it('reports a check of a port that is not published: without the check, the service would look healthy', () => {
    const times = { intervalSeconds: 10, timeoutSeconds: 5 };
    const problems = (checks: ServiceDefinition['checks'], ports: ServiceDefinition['ports']): readonly string[] =>
      [...resolveNode([service('web', definedOnly({ checks, ports }))], facts).problems.values()].flatMap((found) =>
        found.map(({ where = '', message }) => `${where}: ${message}`),
      );
    const tcp = { kind: 'tcp', target: '80', ...times } as const;
    const http = { kind: 'http', target: '/health', ...times } as const;
    expect(problems([tcp, http], undefined)).to.deep.equal([]);
    expect(problems([tcp, http], [{ container: 53, protocol: 'udp', host: 53 }])).to.deep.equal([
      'apps/web: checks.0: tcp 80 asks a port of the container that is not published',
      'apps/web: checks.1: http /health asks the first tcp port of the service, and it publishes none',
    ]);
    const elsewhere = [
      { ...tcp, target: 'db:80' },
      { ...http, target: 'http://db/health' },
    ];
    expect(problems(elsewhere, [{ container: 53, protocol: 'udp', host: 53 }])).to.deep.equal([]);
  });

  it('gives every container its name, its node and the host of Consul, whatever its env says', () => {
    const { desired } = resolveNode([service('web', { environment: { NODE: 'other', WHERE: '$REGION' } })], facts);
    expect(desired.instances[0]?.environment.map(({ name, value }) => `${name}=${value.join('')}`)).to.deep.equal([
      'CONSULHOST=10.0.0.5',
      'NODE=n1',
      'SERVICENAME=web',
      'WHERE=east',
    ]);
  });

  it('publishes every exposed port of the image when none are given', () => {
    const { desired } = resolveNode([service('web')], facts);
    expect(desired.instances[0]?.ports).to.deep.equal([
      { container: 53, protocol: 'udp' },
      { container: 80, protocol: 'tcp' },
    ]);
  });

  it('waits for the image when its ports are not known, and not when ports are given', () => {
    const found = resolveNode([service('web'), service('db', { ports: [] })], { ...facts, exposed: () => undefined });
    expect([...found.undecided.keys()]).to.deep.equal(['web']);
    expect(found.desired.instances.map(({ key }) => key)).to.deep.equal(['db']);
    expect(found.entries.map(({ id }) => id)).to.deep.equal(['n1/db']);
  });

  it('fails only the service that needs a missing variable', () => {
    const found = resolveNode([service('web', { environment: { A: '${NOPE}/x' } }), service('db')], facts);
    expect(found.problems.get('web')?.[0]?.message).to.equal(
      "env A needs $NOPE, which the operator's environment does not have",
    );
    expect(found.desired.instances.map(({ key }) => key)).to.deep.equal(['db']);
  });

  it('does not give services the credentials of the operator', () => {
    const environment = {
      CONSUL_HTTP_TOKEN: 'hush',
      CONSUL_HTTP_TOKEN_FILE: '/t',
      OPERATOR_TOKEN: 'hush',
      OPERATOR_TOKEN_FILE: '/t',
      CONSUL_HTTP_AUTH: 'a:hush',
      CONSUL_HTTP_ADDR: '10.0.0.5',
    };
    const found = resolveNode(
      [
        service('web', {
          environment: Object.fromEntries(
            Object.keys(environment).map((name, index) => [`V${String(index)}`, `\${${name}}`]),
          ),
        }),
      ],
      { ...facts, environment },
    );
    expect(found.problems.get('web')?.map(({ message }) => message)).to.deep.equal(
      ['CONSUL_HTTP_TOKEN', 'CONSUL_HTTP_TOKEN_FILE', 'OPERATOR_TOKEN', 'OPERATOR_TOKEN_FILE', 'CONSUL_HTTP_AUTH'].map(
        (name, index) => `env V${String(index)} needs $${name}, which only the operator may use`,
      ),
    );
    expect(found.desired.instances).to.deep.equal([]);
  });

  it('runs a service consul and does not register it', () => {
    const found = resolveNode([service('consul')], facts);
    expect(found.desired.instances).to.have.length(1);
    expect(found.entries).to.deep.equal([]);
  });

  it('treats a value that contains a secret as one', () => {
    const [spec] = resolveNode(
      [service('web', { environment: { URL: 'db://${DB_PASSWORD}@db', PLACE: '$REGION' } })],
      facts,
    ).desired.instances;
    expect(spec?.environment.filter(({ secret }) => secret).map(({ name }) => name)).to.deep.equal(['URL']);
  });
});
