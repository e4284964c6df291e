import { DaemonProcess } from './daemon-process.ts';
import { eventually } from './eventually.ts';

export interface ServeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** `dockerops serve` on a free port, unless one is given. */
export class TestServe extends DaemonProcess {
  readonly token: string | undefined;

  /** `words`: `--host` and `--data`, among others. */
  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}, port = '0') {
    super(['serve', '--port', port, ...words], environment);
    this.token = environment['TOKEN'];
  }

  /** Of `--listen`, which is the first one. */
  get url(): string {
    return this.loggedUrls('url')[0] ?? '';
  }

  /** Returns when it can work. */
  async ready(): Promise<this> {
    await eventually(async () => {
      const { status, text } = await this.ask('GET', '/_health');
      if (status !== 204) throw new Error(`${text}\n${this.log}`);
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
    return this.untilPasses(async () => (await this.ask('GET', `/status/${id}`)).json, check, limitMs);
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
