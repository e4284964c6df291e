import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { launcher } from './cli.ts';
import { eventually } from './eventually.ts';

export interface ServeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** `dockerops serve` as a child process, on a free port. */
export class TestServe {
  readonly token: string | undefined;
  readonly #child: ChildProcess;
  #log = '';

  /** `words`: `--host` and `--data`, among others. */
  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.token = environment['TOKEN'];
    this.#child = spawn(launcher, ['serve', '--port', '0', ...words], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
    process.once('exit', this.#kill);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get log(): string {
    return this.#log;
  }

  get url(): string {
    const url = /"url":"([^"]+)"/.exec(this.#log)?.[1];
    if (url === undefined) throw new Error(`it does not listen yet: ${this.#log}`);
    return url;
  }

  /** Returns when it can work. */
  async ready(): Promise<this> {
    await eventually(async () => {
      const { status, text } = await this.ask('GET', '/_health');
      if (status !== 204) throw new Error(`${text}\n${this.#log}`);
    }, 30_000);
    return this;
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ServeAnswer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  }

  /** Runs a job and returns its id. */
  async run(request: Readonly<Record<string, unknown>>): Promise<string> {
    const { json, text } = await this.ask('POST', '/run', request);
    if (json['success'] !== true) throw new Error(text);
    return String(json['id']);
  }

  /** Returns when the status of a job passes the check; after the limit it rejects with the server's log. */
  async until(
    id: string,
    check: (status: Readonly<Record<string, unknown>>) => void,
    limitMs = 30_000,
  ): Promise<Readonly<Record<string, unknown>>> {
    return eventually(async () => {
      const { json } = await this.ask('GET', `/status/${id}`);
      check(json);
      return json;
    }, limitMs).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#log.slice(-4000)}`, { cause: error });
    });
  }

  /** Its exit code, and null when it was killed. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    process.off('exit', this.#kill);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
