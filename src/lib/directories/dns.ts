import { OperationFailed } from '../errors.ts';
import { readCheck, readNames, readWhy, type DnsCheck, type DnsNames, type DnsWhy } from './dns-answers.ts';
import { parseJson } from '../json.ts';
import type { ExpectedName, NameDirectory, NameRegistration, RunInside } from './name-directory.ts';

const serverProgram = '/usr/local/bin/dockerops-dns';
const clientProgram = '/usr/local/lib/dockerops/dns-lease';
// The program gives up after 20 s by itself, with the reason.
const callLimitMs = 25_000;
const checkLimitMs = 60_000;
// Exit codes of the program, and of the engine when the container does not have it.
const timedOut = 3;
const noProgram = [126, 127];

/** Characters of an error that is no document. */
const maxMessage = 2000;

/**
 * The dynamic DNS, through the program `dockerops-dns` of its arbiter (docs/image-contract.md). It never writes address
 * records: it holds and withdraws leases, from which the arbiter derives them. With `client`, the container is an
 * instance whose DNS is on another host; its program can only wait for and withdraw the instance's own names.
 */
export class DnsDirectory implements NameDirectory {
  readonly name: string;
  readonly #run: RunInside;
  readonly #program: string;

  constructor(container: string, run: RunInside, by?: 'client') {
    this.name = container;
    this.#run = run;
    this.#program = by === 'client' ? clientProgram : serverProgram;
  }

  async put({ startNumber: start, ...lease }: NameRegistration): Promise<void> {
    const { service, instance, address, policy = 'APPEND', container } = lease;
    const held = JSON.stringify({ service, instance, address, policy, container, start });
    await this.#call(['hold', held], callLimitMs);
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#call(['withdraw', ...keys], callLimitMs);
  }

  async awaitNames(expected: readonly ExpectedName[], limitSeconds: number): Promise<void> {
    const names = expected.map(({ name, address }) => (address === undefined ? name : `${name}=${address}`));
    await this.#call(['await', '--timeout', String(limitSeconds), ...names], limitSeconds * 1000 + callLimitMs);
  }

  /** Every name with its holders. */
  async names(): Promise<DnsNames> {
    return readNames(await this.#call(['ps'], callLimitMs));
  }

  /** Every claim on a name, with the winner and the reasons. */
  async why(name: string): Promise<DnsWhy> {
    return readWhy(await this.#call(['why', name], callLimitMs));
  }

  /** Compares leases, zone and engine. */
  async check(): Promise<DnsCheck> {
    return readCheck(await this.#call(['check'], checkLimitMs));
  }

  /** Corrects the zone, and takes in again what was withdrawn a minute ago and not stopped. */
  async fix(): Promise<void> {
    await this.#call(['check', '--fix'], checkLimitMs);
  }

  async restartClient(): Promise<void> {
    await this.#call(['restart'], callLimitMs);
  }

  async #call(command: readonly string[], limitMs: number): Promise<unknown> {
    const { exitCode, stdout, stderr } = await this.#run([this.#program, ...command], limitMs);
    const answer = parse(stdout);
    if (exitCode === 0) return answer;
    const error = errorOf(answer) ?? (stderr || stdout).trim().slice(0, maxMessage);
    throw new OperationFailed(`${this.name}: dns ${command[0] ?? ''}: ${error}`, {
      code: 'DNS_FAILED',
      container: this.name,
      suggestions: this.#suggestions(exitCode),
    });
  }

  #suggestions(exitCode: number): readonly string[] {
    if (noProgram.includes(exitCode))
      return [
        'its image is older than this version of dockerops; to build it and replace what is out of date: dockerops up',
      ];
    if (exitCode !== timedOut) return [];
    if (this.#program === serverProgram)
      return ['see who claims a name and why it does not lead there: dockerops dns why NAME'];
    return [
      'check that the DNS runs there, that DNS_SERVICE_IP leads to it, and that its key is here: ' +
        'dockerops dns import-key',
      'or do not wait for names: dockerops run --no-wait',
    ];
  }
}

function errorOf(answer: unknown): string | undefined {
  return typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : undefined;
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
