import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { SshHost } from './ssh-address.ts';

const engineProxy = ['docker', 'system', 'dial-stdio'];

/** A host that does not answer is noticed after half a minute when connecting, later after one and a half. */
export function sshArguments(target: SshHost, command: readonly string[] = engineProxy): readonly string[] {
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
    ...command,
  ];
}

/**
 * A connection to the engine of another machine: the streams of an `ssh` child that runs Docker's own stdio proxy
 * there. Keys, jump hosts and known hosts are those of the user's ssh.
 */
export function sshConnection(target: SshHost, program = 'ssh'): Duplex & { readonly answered: Promise<unknown> } {
  return new ChildConnection(program, sshArguments(target));
}

/** The standard streams of a child as a socket. Half-closing it closes only the child's input. */
class ChildConnection extends Duplex {
  /** Resolves with the first byte from the other side, or when the connection ends. */
  readonly answered: Promise<unknown>;
  readonly #child;
  #complaint = '';

  constructor(program: string, args: readonly string[]) {
    super({ allowHalfOpen: true });
    // In a session of its own, so that Ctrl-C does not end the connection through which the lock is released.
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
    // When ssh no longer reads, its exit says why.
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

  // Methods of a socket that an HTTP agent calls.
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
