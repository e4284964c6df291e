import type { Agent, IncomingHttpHeaders } from 'node:http';

/** How one engine is reached, its API version negotiated. */
export interface Connection {
  /** For messages: `unix:///var/run/docker.sock`. */
  readonly address: string;
  readonly agent: Agent;
  /** `1.41`; empty before it is negotiated. */
  readonly apiVersion: string;
  readonly builder: 'buildkit' | 'classic';
  /** Of the command: ends what is being read, until something was changed. */
  readonly signal?: AbortSignal;
}

export interface Call {
  /** What is being done, for messages: `create container web-1`. */
  readonly step: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Without the version; parts from outside are encoded with `segment`. */
  readonly path: string;
  /** Members that are undefined are left out; a list gives the name once for each of its texts. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** Sent as JSON; a Buffer is sent as a tar. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Until the whole answer was read; 0 for no limit. If not given, that of alive.ts. */
  readonly limitMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or text where it is none. */
  readonly body: unknown;
}
