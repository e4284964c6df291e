import { expect } from 'chai';
import { parseEndpoint, serverName } from '../../../../src/lib/engine/connection/endpoint.ts';

describe('address of an engine', () => {
  const tls = { verify: true };
  const cases = [
    ['unix:///run/docker.sock', undefined, { kind: 'socket', path: '/run/docker.sock' }],
    ['npipe:////./pipe/docker_engine', undefined, { kind: 'socket', path: '//./pipe/docker_engine' }],
    ['tcp://engine.example', undefined, { kind: 'tcp', host: 'engine.example', port: 2375 }],
    ['tcp://engine.example', tls, { kind: 'tcp', host: 'engine.example', port: 2376, tls }],
    ['tcp://10.0.0.1:80', undefined, { kind: 'tcp', host: '10.0.0.1', port: 80 }],
    ['tcp://[::1]:2375/', undefined, { kind: 'tcp', host: '::1', port: 2375 }],
    ['localhost:1234', undefined, { kind: 'tcp', host: 'localhost', port: 1234 }],
    ['ssh://me@host:2222', undefined, { kind: 'ssh', ssh: { user: 'me', host: 'host', port: 2222 } }],
  ] as const;
  it('is a name to ask for in TLS only when it is a name', () => {
    expect(['engine.example', '10.0.0.5', '::1'].map(serverName)).to.deep.equal([
      { servername: 'engine.example' },
      {},
      {},
    ]);
  });

  for (const [text, files, endpoint] of cases) {
    it(`${text}${files === undefined ? '' : ' with certificates'} is understood`, () => {
      expect(parseEndpoint(text, '--host', files)).to.deep.equal(endpoint);
    });
  }
});
