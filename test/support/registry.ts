import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const login = { user: 'ann', password: 'hush' };
const token = 'a-token';
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

function blob(bytes: Buffer): Blob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}

/**
 * The part of a private registry that an engine needs to pull: it requires a token, and only one user gets one.
 */
export class PrivateRegistry {
  readonly #server: Server;
  readonly #blobs = new Map<string, Buffer>();
  readonly #manifests = new Map<string, Blob>();

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
  }

  /** `host`: an address of this machine at which engines speak plain HTTP to registries. */
  async open(host = '127.0.0.1'): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, host, resolve);
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `${address}:${String(port)}`;
  }

  /** The login as the job server takes it. */
  get auth(): string {
    return Buffer.from(JSON.stringify({ username: login.user, password: login.password, email: '' })).toString(
      'base64',
    );
  }

  /** Docker's config.json with the login. */
  get config(): string {
    return JSON.stringify({
      auths: { [this.address]: { auth: Buffer.from(`${login.user}:${login.password}`).toString('base64') } },
    });
  }

  /** Stores an image of one layer as `name:1`. */
  add(name: string, layer: Buffer, config: object): void {
    const layerBlob = this.#keep(layer);
    const image = {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      created: '2020-01-01T00:00:00Z',
      config,
      rootfs: { type: 'layers', diff_ids: [layerBlob.digest] },
    };
    const configBlob = this.#keep(Buffer.from(JSON.stringify(image)));
    const describe = (mediaType: string, { digest, bytes }: Blob): object => ({
      mediaType,
      digest,
      size: bytes.length,
    });
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: describe('application/vnd.docker.container.image.v1+json', configBlob),
      layers: [describe('application/vnd.docker.image.rootfs.diff.tar', layerBlob)],
    };
    const kept = blob(Buffer.from(JSON.stringify(manifest)));
    this.#manifests.set(`${name}/1`, kept).set(`${name}/${kept.digest}`, kept);
  }

  #keep(bytes: Buffer): Blob {
    const kept = blob(bytes);
    this.#blobs.set(kept.digest, bytes);
    return kept;
  }

  #answer({ url = '', headers, method }: IncomingMessage, response: ServerResponse): void {
    const path = new URL(url, 'http://registry');
    const send = (status: number, more: Readonly<Record<string, string>>, body: Buffer | string): void => {
      response
        .writeHead(status, { 'content-length': Buffer.byteLength(body), ...more })
        .end(method === 'HEAD' ? undefined : body);
    };
    if (path.pathname === '/token') {
      const isAnn =
        headers.authorization === `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
      return isAnn
        ? send(200, { 'content-type': 'application/json' }, JSON.stringify({ token, access_token: token }))
        : send(401, {}, '{}');
    }
    if (headers.authorization !== `Bearer ${token}`) {
      return send(
        401,
        { 'www-authenticate': `Bearer realm="http://${this.address}/token",service="test"` },
        JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'log in first' }] }),
      );
    }
    if (path.pathname === '/v2/') return send(200, {}, '{}');
    const [, name = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(path.pathname) ?? [];
    const found = kind === 'blobs' ? this.#blobs.get(reference) : this.#manifests.get(`${name}/${reference}`)?.bytes;
    if (found === undefined)
      return send(404, {}, JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'not here' }] }));
    return send(
      200,
      {
        'content-type': kind === 'blobs' ? 'application/octet-stream' : manifestType,
        'docker-content-digest': kind === 'blobs' ? reference : blob(found).digest,
      },
      found,
    );
  }
}
