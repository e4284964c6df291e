import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an engine has answered: about itself, a row of its list of containers, and the document of that container. */
export interface Recorded {
  readonly info: object;
  readonly version: object;
  readonly row: Readonly<Record<string, unknown>>;
  readonly document: Readonly<Record<string, unknown>>;
}

/** An engine that answers from what another one has answered, with as many containers as one likes. */
export class RecordedEngine implements AsyncDisposable {
  readonly #recorded: Recorded;
  readonly #directory: string;
  readonly #rows = new Map<string, object>();
  readonly #streams = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => {
    this.#answer((request.url ?? '').replace(/^\/v[\d.]+|\?.*$/g, ''), response);
  });

  private constructor(recorded: Recorded, directory: string) {
    this.#recorded = recorded;
    this.#directory = directory;
  }

  static async open(recorded: Recorded): Promise<RecordedEngine> {
    const engine = new RecordedEngine(recorded, await mkdtemp(join(tmpdir(), 'dops-bench-engine-')));
    engine.#server.listen(join(engine.#directory, 'engine.sock'));
    await once(engine.#server, 'listening');
    return engine;
  }

  get address(): string {
    return `unix://${join(this.#directory, 'engine.sock')}`;
  }

  /** A container begins to run. */
  start(name: string): void {
    const id = Buffer.from(name).toString('hex').padEnd(64, '0');
    this.#rows.set(id, { ...this.#recorded.row, Id: id, Names: [`/${name}`], State: 'running' });
    const event = { Type: 'container', Action: 'start', Actor: { ID: id, Attributes: { name } } };
    const now = Date.now();
    const text = JSON.stringify({ ...event, time: Math.floor(now / 1000), timeNano: now * 1e6 });
    for (const stream of this.#streams) stream.write(`${text}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.#directory, { recursive: true });
  }

  #answer(path: string, response: ServerResponse): void {
    const { info, version } = this.#recorded;
    if (path === '/_ping') response.writeHead(200, { 'Api-Version': '1.41' }).end('OK');
    else if (path === '/events') this.#follow(response);
    else if (path === '/info') send(response, info);
    else if (path === '/version') send(response, version);
    else if (path === '/containers/json') send(response, [...this.#rows.values()]);
    else send(response, this.#document(path.split('/')[2] ?? ''));
  }

  #document(id: string): object {
    const name = Buffer.from(id.replace(/(?:00)+$/, ''), 'hex').toString();
    return { ...this.#recorded.document, Id: id, Name: `/${name}` };
  }

  #follow(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }
}

function send(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
