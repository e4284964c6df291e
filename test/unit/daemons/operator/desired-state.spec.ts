import { expect } from 'chai';
import fc from 'fast-check';
import { plainDefinition } from '../../../../src/lib/daemons/operator/service-definition.ts';
import {
  mergeDesired,
  nodeRoot,
  type Pair,
  type DesiredState,
  type DesiredService,
} from '../../../../src/lib/daemons/operator/desired-state.ts';

const root = nodeRoot('_wakeful', 'n1');
const fromFile: DesiredService = {
  name: 'redis',
  where: 'operator.json:3:5',
  definition: plainDefinition('redis:file'),
};

function merge(pairs: Readonly<Record<string, string>>, file: readonly DesiredService[] = []): DesiredState {
  return mergeDesired(
    root,
    file,
    Object.entries(pairs).map(([key, value]): Pair => ({ key: `${root}${key}`, value })),
  );
}

function images(wanted: DesiredState): Readonly<Record<string, string>> {
  return Object.fromEntries(wanted.services.map(({ name, definition }) => [name, definition.image]));
}

function complaints(wanted: DesiredState): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    [...wanted.unread].map(([name, problems]) => [
      name,
      problems.map(({ where, message }) => `${where ?? ''}: ${message}`),
    ]),
  );
}

describe('the desired state of a node', () => {
  it('has the services of the file and of both key spaces; the directory beats the file', () => {
    const wanted = merge({ 'apps/web': 'web:1\n', 'services/redis': 'redis:7' }, [
      fromFile,
      { ...fromFile, name: 'statsite' },
    ]);
    expect(images(wanted)).to.deep.equal({ redis: 'redis:7', statsite: 'redis:file', web: 'web:1' });
    expect(wanted.notices).to.deep.equal([]);
  });

  it('prefers apps to services, with a notice', () => {
    const wanted = merge({ 'services/web': 'web:2', 'apps/web': 'web:1' });
    expect(images(wanted)).to.deep.equal({ web: 'web:1' });
    expect(wanted.notices).to.deep.equal([
      '_wakeful/nodes/n1/services/web: not used, because _wakeful/nodes/n1/apps/web defines web already',
    ]);
  });

  it('takes values as programs in Go write them, with null lists and empty texts', () => {
    const value = { name: 'web', image: 'web:1', ports: null, env: null, restart: '', tags: null, checks: null };
    const wanted = merge({ 'apps/web': JSON.stringify(value), 'apps/empty': '{"image":"web:1","ports":[]}' });
    expect(complaints(wanted)).to.deep.equal({});
    expect(wanted.services.map(({ definition }) => definition)).to.deep.equal([
      plainDefinition('web:1'),
      plainDefinition('web:1'),
    ]);
  });

  it('has the restart policy of the engine with its number of attempts', () => {
    const policies = ['on-failure:5', 'on-failure:0', 'on-failure', 'always:5', 'on-failure:x'];
    const restarts = policies.map((restart) => {
      const { services } = merge({ 'apps/web': JSON.stringify({ image: 'web:1', restart }) });
      return services[0]?.definition.restart;
    });
    expect(restarts).to.deep.equal(['on-failure:5', 'on-failure', 'on-failure', undefined, undefined]);
  });

  it('has checks with the words of Consul; what it does not know in them is a notice', () => {
    const check = {
      args: ['test', '-f', '/x'],
      interval: '20s',
      deregister_critical_service_after: '90m',
      grpc: 'x:1',
    };
    const wanted = merge({ 'apps/web': JSON.stringify({ image: 'web:1', checks: [check] }) });
    expect(wanted.services[0]?.definition.checks).to.deep.equal([
      {
        kind: 'script',
        command: ['test', '-f', '/x'],
        intervalSeconds: 20,
        timeoutSeconds: 5,
        deregisterAfterSeconds: 5400,
      },
    ]);
    expect(wanted.notices.join()).to.contain('unknown key "grpc" in checks.0; it is not used');
  });

  it('tells of a value under a key that ends with a slash, which a folder of keys does not have', () => {
    const wanted = merge({ 'apps/web/': 'web:1', 'apps/': '' });
    expect([images(wanted), wanted.notices]).to.deep.equal([
      {},
      [`${root}apps/web/: nothing runs from a key that ends with "/"; write it to ${root}apps/web`],
    ]);
  });

  it('names a service after the last part of its key', () => {
    const wanted = merge({ 'apps/team/a/web': 'web:1', 'apps/team/b/web': 'web:2', 'apps/team/': '' });
    expect(images(wanted)).to.deep.equal({ web: 'web:1' });
    expect(wanted.notices).to.have.length(1);
  });

  it('tells for a key directly under the node where it should be', () => {
    const wanted = merge({ web: 'web:1', 'things/db': 'db:1', 'metadata/size': 'big', 'operator/lock': '' });
    expect(images(wanted)).to.deep.equal({});
    expect(wanted.notices).to.deep.equal([
      '_wakeful/nodes/n1/things/db: nothing runs from here; write it to _wakeful/nodes/n1/apps/db',
      '_wakeful/nodes/n1/web: nothing runs from here; write it to _wakeful/nodes/n1/apps/web',
    ]);
    expect([...wanted.metadata]).to.deep.equal([['size', 'big']]);
  });

  it('reads a whole definition: incoming is the port of the host, outgoing the one in the container', () => {
    const value = {
      image: 'web:1',
      ports: [
        { incoming: 8080, outgoing: 80 },
        { incoming: 53, outgoing: 53, udp: true },
      ],
      env: { A: '1', B: 2 },
      restart: 'no',
      tags: ['t'],
      command: 'sleep "1 0"',
      checks: [
        { http: '/health', interval: '15s' },
        { tcp: 80 },
        { ttl: '20s', name: 'alive' },
        { script: 'test -f /x', timeout: 2 },
      ],
      volumes: ['/srv/x:/x:ro', 'data:/data'],
      labels: { team: 'a' },
    };
    const [web] = merge({ 'apps/web': JSON.stringify(value) }).services;
    expect(web?.definition).to.deep.equal({
      image: 'web:1',
      environment: { A: '1', B: '2' },
      restart: 'no',
      tags: ['t'],
      command: ['sleep', '1 0'],
      labels: { team: 'a' },
      ports: [
        { container: 53, protocol: 'udp', host: 53 },
        { container: 80, protocol: 'tcp', host: 8080 },
      ],
      checks: [
        { kind: 'http', target: '/health', intervalSeconds: 15, timeoutSeconds: 5 },
        { kind: 'tcp', target: '80', intervalSeconds: 10, timeoutSeconds: 5 },
        { kind: 'ttl', ttlSeconds: 20, name: 'alive' },
        { kind: 'script', command: ['test', '-f', '/x'], intervalSeconds: 10, timeoutSeconds: 2 },
      ],
      mounts: [
        { kind: 'bind', source: '/srv/x', target: '/x', readOnly: true },
        { kind: 'volume', volume: 'data', target: '/data', readOnly: false, lifetime: 'kept' },
      ],
    });
  });

  it('reports a bad value at its key alone, and neither starts nor removes the service', () => {
    const wanted = merge(
      {
        'apps/aa': '{"image": ',
        'apps/bb': '{"ports": []}',
        'apps/cc': 'Not An Image',
        'apps/dd': '',
        'apps/ee': '{"image":"x","ports":[{"incoming":0,"outgoing":80}]}',
        'apps/good': 'good:1',
      },
      [{ ...fromFile, name: 'cc' }],
    );
    expect(images(wanted)).to.deep.equal({ good: 'good:1' });
    expect(complaints(wanted)).to.deep.equal({
      aa: [
        '_wakeful/nodes/n1/apps/aa:1:11: a value is expected here',
        '_wakeful/nodes/n1/apps/aa:1:1: there is no "image"',
      ],
      bb: ['_wakeful/nodes/n1/apps/bb:1:1: there is no "image"'],
      cc: ['_wakeful/nodes/n1/apps/cc: "Not An Image" is neither the name of an image nor a JSON object'],
      dd: ['_wakeful/nodes/n1/apps/dd: the value is empty'],
      ee: ['_wakeful/nodes/n1/apps/ee:1:24: incoming is 0; it must be a port number from 1 to 65535'],
    });
  });

  it('rejects a script timeout above its interval; the default is never above it', () => {
    const service = (check: object): string =>
      JSON.stringify({ image: 'x:1', checks: [{ script: 'true', interval: '2s', ...check }] });
    const wanted = merge({ 'apps/long': service({ timeout: '3s' }), 'apps/short': service({}) });
    expect(complaints(wanted)).to.deep.equal({
      long: [
        '_wakeful/nodes/n1/apps/long:1:59: timeout is longer than interval (2 s): ' +
          'the next run would be due before the end of this one',
      ],
    });
    expect(wanted.services[0]?.definition.checks).to.deep.equal([
      { kind: 'script', command: ['true'], intervalSeconds: 2, timeoutSeconds: 2 },
    ]);
  });

  it('rejects names that no container can have', () => {
    const wanted = merge({ 'apps/a b': 'x:1', 'apps/é1': 'x:1', 'apps/x': 'x:1' });
    expect(images(wanted)).to.deep.equal({});
    expect(wanted.notices).to.have.length(3);
  });

  it('has every key as a service, as unread or in a notice, whatever keys and values there are', () => {
    const segment = fc.oneof(
      fc.constantFrom('apps', 'services', 'metadata', 'web', 'db', ''),
      fc.string({ maxLength: 6 }),
    );
    const key = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
    const value = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('redis:7', '{"image":"x"}', '{"image":"x","ports":[{"incoming":1,"outgoing":1}]}'),
    );
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 8 }), (pairs) => {
        const wanted = merge({ ...pairs, 'apps/always': 'always:1' }, [fromFile]);
        const names = wanted.services.map(({ name }) => name);
        expect(new Set(names).size).to.equal(names.length);
        expect(names).to.include('always');
        expect(names.includes('redis') !== wanted.unread.has('redis')).to.equal(true);
        for (const name of wanted.unread.keys()) expect(names).not.to.include(name);
        expect(merge({ ...pairs, 'apps/always': 'always:1' }, [fromFile])).to.deep.equal(wanted);
      }),
    );
  });
});
