import { expect } from 'chai';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConsul } from '../../../src/lib/directories/consul/open-consul.ts';
import { DockeropsError } from '../../../src/lib/errors.ts';

const consul = { secure: false, host: '127.0.0.1', port: 8500 };

async function failureOf(tokenFile: string): Promise<string> {
  const error = await openConsul({ consul, tokenFile }).catch((reason: unknown) => reason);
  return error instanceof DockeropsError ? `${String(error.exitCode)}: ${error.message}` : String(error);
}

describe('the file of the token', () => {
  let folder: string;
  let server: Server;
  let tokens: unknown[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dops-token-'));
    tokens = [];
    server = createServer(({ headers }, response) => {
      tokens.push(headers['x-consul-token']);
      response.end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  });

  it('is read again for each request; while it is empty or missing, the last token counts', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'one\n');
    const { port } = server.address() as AddressInfo;
    using http = await openConsul({ consul: { ...consul, port }, tokenFile });
    const ask = () => http.ask({ step: 'ask', path: '/x' });
    await ask();
    writeFileSync(tokenFile, 'two\n');
    await ask();
    writeFileSync(tokenFile, '');
    await ask();
    rmSync(tokenFile);
    await ask();
    expect(tokens).to.deep.equal(['one', 'two', 'two', 'two']);
  });
});

describe('a file for Consul', () => {
  it('that does not exist may come later: exit code 1, after which a supervisor tries again', async () => {
    expect(await failureOf('/nowhere/token')).to.equal(
      '1: /nowhere/token, the file with the token for Consul, cannot be read: ENOENT',
    );
  });

  it('that is a directory is a mistake: exit code 2', async () => {
    expect(await failureOf(tmpdir())).to.equal(
      `2: ${tmpdir()}, the file with the token for Consul, cannot be read: EISDIR`,
    );
  });
});
