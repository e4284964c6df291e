import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { definedOnly } from '../defined.ts';
import { UserError } from '../errors.ts';

export interface SshHost {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

const sshAddress =
  /^ssh:\/\/(?:(?<user>\w[\w.\\-]*)@)?(?<host>[A-Za-z0-9][\w.-]*|\[[\dA-Fa-f:.]+\])(?::(?<port>\d{1,5}))?\/?$/;

/**
 * Reads `ssh://[user@]host[:port]`. Host and user begin with a letter or digit and hold no blanks, so that neither can
 * be taken for an option of ssh.
 */
export function parseSshHost(text: string, where: string): SshHost {
  const { user, host, port } = sshAddress.exec(text)?.groups ?? {};
  if (host === undefined || Number(port ?? 22) > 65535) {
    throw new UserError(`${where}: "${text}" is not an ssh address`, {
      code: 'ENGINE_ADDRESS_INVALID',
      suggestions: ['use ssh://user@host or ssh://user@host:port'],
    });
  }
  return {
    host: host.replace(/^\[|\]$/g, ''),
    ...definedOnly({ user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

/** A machine that vanished is noticed: at the connect after half a minute, later after one and a half. */
export function sshArguments(target: SshHost): readonly string[] {
  const user = target.user === undefined ? [] : ['-l', target.user];
  const port = target.port === undefined ? [] : ['-p', String(target.port)];
  return [
    '-T',
    '-o',
    'ConnectTimeout=30',
    '-o',
    'ServerAliveInterval=30',
    '-o',
    'ServerAliveCountMax=3',
    ...user,
    ...port,
    '--',
    target.host,
    'docker',
    'system',
    'dial-stdio',
  ];
}

/**
 * A connection to the engine of another machine: the streams of an `ssh` child that runs Docker's own stdio proxy
 * there. Keys, jump hosts and known hosts are those of the user's ssh.
 */
export function sshConnection(target: SshHost, program = 'ssh'): Duplex & { readonly answered: Promise<unknown> } {
  return new ChildConnection(program, sshArguments(target));
}

/** A child's standard streams as a socket: half-closing it closes the child's input only. */
class ChildConnection extends Duplex {
  /** Resolves with the first byte from the other side, or when there will be none. */
  readonly answered: Promise<unknown>;
  readonly #child;
  #complaint = '';

  constructor(program: string, args: readonly string[]) {
    super({ allowHalfOpen: true });
    // In a session of its own: Ctrl-C must not cut the connection over which the lock is given back.
    this.#child = spawn(program, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-2000);
    });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#child.stdout.pause();
    });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.answered = promise;
    this.#child.stdout.once('data', resolve);
    this.once('close', resolve);
    this.#child.on('error', (error) => this.destroy(error));
    this.#child.on('close', (code) => {
      this.#closed(code);
    });
    // What ssh no longer reads, it answers by its exit.
    this.#child.stdin.on('error', () => {});
  }

  #closed(code: number | null): void {
    const lastWords = this.#complaint.trim().split('\n').at(-1) ?? '';
    if (code === 0) this.push(null);
    else this.destroy(new Error(lastWords === '' ? `ssh ended with status ${String(code)}` : lastWords));
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#child.stdin.write(chunk)) done();
    else onceOf(this.#child.stdin, ['drain', 'close'], done);
  }

  override _final(done: () => void): void {
    this.#child.stdin.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  // What an HTTP agent asks of a socket.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this.#eachHandle((handle) => {
      handle.ref?.();
    });
  }
  unref(): this {
    return this.#eachHandle((handle) => {
      handle.unref?.();
    });
  }

  #eachHandle(act: (handle: { ref?: () => void; unref?: () => void }) => void): this {
    for (const handle of [this.#child, this.#child.stdin, this.#child.stdout, this.#child.stderr])
      act(handle as { ref?: () => void; unref?: () => void });
    return this;
  }
}

function onceOf(stream: NodeJS.EventEmitter, names: readonly string[], done: () => void): void {
  const settle = (): void => {
    for (const name of names) stream.off(name, settle);
    done();
  };
  for (const name of names) stream.on(name, settle);
}
