import { OperationFailed } from '../errors.ts';
import type { NameDirectory, PublishedName, Registration, RunInside } from './name-directory.ts';
import { readCheck, readNames, readWhy, type DnsCheck, type DnsNames, type DnsWhy } from './dns-answers.ts';

const serverProgram = '/usr/local/bin/dockerops-dns';
const clientProgram = '/usr/local/lib/dockerops/dns-lease';
// The program itself gives up after 20 s, and then says on what.
const callLimitMs = 25_000;
const checkLimitMs = 60_000;
// Exit codes: of the program, and of the engine where there is none.
const timeOver = 3;
const noProgram = 127;

/**
 * The dynamic DNS, by its arbiter's program `dockerops-dns` (docs/image-contract.md). It never writes address records itself:
 * it holds and withdraws leases, from which the arbiter derives them. By `client`, the container is an instance whose DNS is on
 * another host: there `dns-lease` waits for and withdraws the instance's own names, and can do no more.
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

  async ping(): Promise<void> {
    await this.#call(['ps'], callLimitMs);
  }

  async put({ service, instance, address, policy, container }: Registration): Promise<void> {
    await this.#call(
      ['hold', JSON.stringify({ service, instance, address, policy: policy ?? 'APPEND', container })],
      callLimitMs,
    );
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#call(['withdraw', ...ids], callLimitMs);
  }

  async list(): Promise<readonly PublishedName[]> {
    const { zone, names } = await this.names();
    return names.map(({ name, addresses, holders }) => ({
      name: `${name}.${zone}`,
      values: addresses,
      holders: holders.map(({ service, instance }) => `${service}-${instance}`),
    }));
  }

  /** Every name with who holds it. */
  async names(): Promise<DnsNames> {
    return readNames(await this.#call(['ps'], callLimitMs));
  }

  /** Every claim on a name, who wins and why. */
  async why(name: string): Promise<DnsWhy> {
    return readWhy(await this.#call(['why', name], callLimitMs));
  }

  /** Compares leases, zone and engine; `fix` makes the zone right. */
  async check(fix: boolean): Promise<DnsCheck> {
    return readCheck(await this.#call(['check', ...(fix ? ['--fix'] : [])], checkLimitMs));
  }

  async awaitNames(
    expected: readonly { readonly name: string; readonly address: string }[],
    limitSeconds: number,
  ): Promise<void> {
    await this.#call(
      ['await', '--timeout', String(limitSeconds), ...expected.map(({ name, address }) => `${name}=${address}`)],
      limitSeconds * 1000 + callLimitMs,
    );
  }

  async #call(command: readonly string[], limitMs: number): Promise<unknown> {
    const { exitCode, stdout, stderr } = await this.#run([this.#program, ...command], limitMs);
    const answer = parse(stdout);
    if (exitCode === 0) return answer;
    const error =
      typeof answer === 'object' && answer !== null && 'error' in answer
        ? String(answer.error)
        : (stderr || stdout).trim();
    throw new OperationFailed(`${this.name}: dns ${command[0] ?? ''}: ${error}`, {
      code: 'DNS_FAILED',
      container: this.name,
      suggestions: this.#suggestions(exitCode),
    });
  }

  #suggestions(exitCode: number): readonly string[] {
    if (exitCode === noProgram || exitCode === noProgram - 1)
      return ['its image is older than this version of dockerops: make it anew by dockerops build, then rerun'];
    if (exitCode !== timeOver) return [];
    if (this.#program === serverProgram)
      return ['see who claims a name, and why it does not lead there: dockerops dns why NAME'];
    return [
      'see that the DNS runs there and is reached by DNS_SERVICE_IP, and that the project has its key here: dockerops dns import-key',
      'or do not wait for names: dockerops run --no-wait',
    ];
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
