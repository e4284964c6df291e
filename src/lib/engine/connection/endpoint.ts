import { Agent } from 'node:http';
import { connect as connectSocket, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { readBoundedFile } from '../../bounded-file.ts';
import { definedOnly } from '../../defined.ts';
import { UserError } from '../../errors.ts';
import { parseSshHost, type SshHost } from '../../remote/ssh-address.ts';
import { sshConnection } from '../../remote/ssh-transport.ts';
import { dialInTurns } from './dial-in-turns.ts';

export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False: the engine's certificate is not checked. */
  readonly verify: boolean;
}

/** Where an engine listens. */
export type Endpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsFiles }
  | { readonly kind: 'ssh'; readonly ssh: SshHost };

/** Parses `unix://`, `npipe://`, `tcp://`, `ssh://` and `host:port`. `where` names the flag or variable, for errors. */
export function parseEndpoint(text: string, where: string, tls?: TlsFiles): Endpoint {
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text) ?? [];
  if ((scheme === 'unix' || scheme === 'npipe') && rest !== '') return { kind: 'socket', path: rest };
  if (scheme === 'ssh') return { kind: 'ssh', ssh: parseSshHost(text, where) };
  const url = scheme === 'tcp' && rest !== '' && URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
  if (url === undefined || url.pathname !== '/') throw invalidEndpoint(text, where);
  // URL leaves out port 80, the default of http.
  const port = url.port === '' ? defaultPort(rest, tls) : Number(url.port);
  return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port, ...definedOnly({ tls }) };
}

function defaultPort(rest: string, tls: TlsFiles | undefined): number {
  if (/:80\/?$/.test(rest)) return 80;
  return tls === undefined ? 2375 : 2376;
}

function invalidEndpoint(text: string, where: string): UserError {
  return new UserError(`${where}: "${text}" is not the address of an engine`, {
    code: 'ENGINE_ADDRESS_INVALID',
    suggestions: ['use unix:///path/docker.sock, tcp://host:port, ssh://user@host or npipe:////./pipe/name'],
  });
}

/** The HTTP agent that connects to an endpoint. Connections are kept: opening one with TLS or ssh takes long. */
export function agentFor(endpoint: Endpoint): Agent {
  if (endpoint.kind === 'ssh') return new DialingAgent(dialInTurns(() => sshConnection(endpoint.ssh)));
  return new DialingAgent(() => open(endpoint));
}

/** An agent over connections that its `dial` opens. */
export class DialingAgent extends Agent {
  readonly #dial: () => Promise<Duplex>;

  constructor(dial: () => Promise<Duplex>) {
    super({ keepAlive: true, scheduling: 'lifo' });
    this.#dial = dial;
  }

  override createConnection(_options: unknown, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    this.#dial().then(
      (stream) => callback?.(null, stream),
      (error: unknown) => callback?.(error as Error, undefined as unknown as Duplex),
    );
    return undefined;
  }
}

async function open(endpoint: Exclude<Endpoint, { kind: 'ssh' }>): Promise<Duplex> {
  switch (endpoint.kind) {
    case 'socket':
      return connectSocket({ path: endpoint.path });
    case 'tcp':
      return endpoint.tls === undefined
        ? connectSocket({ host: endpoint.host, port: endpoint.port, ...probing })
        : openTls(endpoint, endpoint.tls);
  }
}

/** Without keep-alive, an event stream would stay open for ever when the other host is gone. */
const probing = { keepAlive: true, keepAliveInitialDelay: 30_000 };

async function openTls(endpoint: { readonly host: string; readonly port: number }, files: TlsFiles): Promise<Duplex> {
  const { connect } = await import('node:tls');
  const { ca, cert, key } = files;
  const read = (path: string | undefined): Buffer | undefined =>
    path === undefined ? undefined : readBoundedFile(path);
  return connect({
    host: endpoint.host,
    port: endpoint.port,
    ...serverName(endpoint.host),
    rejectUnauthorized: files.verify,
    ...definedOnly({ ca: read(ca), cert: read(cert), key: read(key) }),
    ...probing,
  });
}

/** The name for SNI. An IP address cannot be one (RFC 6066); its certificate is checked all the same. */
export function serverName(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}
