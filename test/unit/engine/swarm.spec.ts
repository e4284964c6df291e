import { expect } from 'chai';
import { connect } from '../../../src/lib/engine/connection/connect.ts';
import { createDockerEngine } from '../../../src/lib/engine/docker-engine.ts';
import type { Engine } from '../../../src/lib/engine/engine.ts';
import { serveEngine, type EngineServer, type Reply } from '../../support/engine-server.ts';

describe('the Swarm of an engine', () => {
  let server: EngineServer;
  const open = async (replies: Readonly<Record<string, unknown>>): Promise<Engine> => {
    server = await serveEngine(replies);
    const request = { environment: {}, platform: 'linux' as const, host: `unix://${server.socket}` };
    return createDockerEngine(await connect(request), request);
  };
  afterEach(() => server[Symbol.asyncDispose]());

  it('may have a node that is joining, which has not described itself yet', async () => {
    const Spec = { Role: 'worker', Availability: 'active' };
    const engine = await open({ '/nodes': [{ ID: 'n1', Spec, Description: {}, Status: { State: 'unknown' } }] });
    expect((await engine.listNodes())[0]).to.include({ id: 'n1', hostname: 'n1', state: 'unknown', memoryBytes: 0 });
  });

  it('gets the login of a registry in the padded form that engines read', async () => {
    const sent: string[] = [];
    const reply: Reply = ({ headers }, response) => {
      sent.push(String(headers['x-registry-auth']));
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"ID":"s1"}');
    };
    const engine = await open({ '/services/create': reply });
    const config = {
      image: 'r/x',
      environment: [],
      labels: {},
      ports: [],
      mounts: [],
      runtime: { restart: 'no' },
    } as const;
    const placement = { mode: { replicated: 1 }, constraints: [], endpoint: 'dnsrr' } as const;
    for (const password of ['a', 'ab', 'abc', '???>>>~~~']) {
      const login = { username: 'ann', password, serveraddress: 'r' };
      await engine.createSwarmService('x', { ...config, network: { mode: 'bridge' } }, placement, login);
      const text = sent.at(-1) ?? '';
      expect(text.length % 4, text).to.equal(0);
      expect(text).to.match(/^[\w-]+=*$/);
      expect(JSON.parse(Buffer.from(text, 'base64url').toString())).to.deep.equal(login);
    }
  });
});
