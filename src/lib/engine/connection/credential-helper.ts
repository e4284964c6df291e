import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { DockeropsError, EngineError, Interrupted } from '../../errors.ts';
import { hasCode } from '../engine-errors.ts';
import { parseJson } from '../../json.ts';
import { textOf } from '../stream/engine-streams.ts';

export interface HelperOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks a credential helper of Docker (`docker-credential-<name>`) and parses its JSON. Undefined when the helper exits
 * with an error, which is how it says that it has nothing; rejects when it cannot be run, does not end, or prints no
 * JSON.
 */
export async function askHelper(
  name: string,
  verb: 'get' | 'list',
  input: string,
  options: HelperOptions,
): Promise<unknown> {
  const helper = new Helper(`docker-credential-${name}`, verb, options);
  try {
    const { output, exitCode } = await helper.answer(input);
    return exitCode === 0 ? parseJson(output) : undefined;
  } catch (cause) {
    throw cause instanceof DockeropsError ? cause : helper.failure(unusable(cause), cause);
  } finally {
    helper.end();
  }
}

function unusable(cause: unknown): string {
  return hasCode(cause, ['ENOENT']) ? "is not installed, but Docker's config.json names it" : 'gave no usable answer';
}

class Helper {
  readonly #program: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #signal: AbortSignal | undefined;
  readonly #exit = Promise.withResolvers<number | null>();
  readonly #timer: NodeJS.Timeout;
  readonly #interrupt = (): void => this.#exit.reject(new Interrupted(`${this.#program}: interrupted`));
  #complaint = '';

  constructor(program: string, verb: string, { environment, limitMs, signal }: HelperOptions) {
    this.#program = program;
    this.#signal = signal;
    this.#child = spawn(program, [verb], { stdio: ['pipe', 'pipe', 'pipe'], env: environment });
    this.#child.stderr.setEncoding('utf8').on('data', (said: string) => {
      this.#complaint = (this.#complaint + said).slice(-2000);
    });
    this.#child.on('error', this.#exit.reject).on('close', this.#exit.resolve);
    this.#timer = setTimeout(
      () => this.#exit.reject(this.failure(`did not answer within ${String(limitMs / 1000)} s`)),
      limitMs,
    );
    signal?.addEventListener('abort', this.#interrupt);
    if (signal?.aborted === true) this.#interrupt();
  }

  async answer(input: string): Promise<{ readonly output: string; readonly exitCode: number | null }> {
    this.#child.stdin.on('error', () => {});
    this.#child.stdin.end(input);
    const [output, exitCode] = await Promise.all([textOf(this.#child.stdout), this.#exit.promise]);
    return { output, exitCode };
  }

  /** With what the helper printed as its error. */
  failure(reason: string, cause?: unknown): EngineError {
    const complaint = this.#complaint.split('\n').filter((line) => line.trim() !== '');
    return new EngineError([`${this.#program} ${reason}`, ...complaint].join('\n  '), {
      code: 'CREDENTIAL_HELPER_FAILED',
      cause,
    });
  }

  /** A child of the helper may still hold its streams: they are closed here. */
  end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#interrupt);
    this.#child.kill('SIGKILL');
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.destroy();
  }
}
