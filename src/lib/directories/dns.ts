import { OperationFailed } from '../errors.ts';
import type { Directory, PublishedName, Registration, RunInside } from './directory.ts';
import { readCheck, readNames, readWhy, type DnsCheck, type DnsNames, type DnsWhy } from './dns-answers.ts';

const program = '/usr/local/bin/dockerops-dns';
// The program itself gives up after 20 s, and then says on what.
const callLimitMs = 25_000;
const checkLimitMs = 60_000;

/**
 * The dynamic DNS, by its arbiter's program `dockerops-dns` (docs/image-contract.md). It never writes address records itself:
 * it holds and withdraws leases, from which the arbiter derives them.
 */
export class DnsDirectory implements Directory {
  readonly name: string;
  readonly #run: RunInside;

  constructor(container: string, run: RunInside) {
    this.name = container;
    this.#run = run;
  }

  async ping(): Promise<void> {
    await this.#call(['ps'], callLimitMs);
  }

  async put({ service, instance, address, policy, container }: Registration): Promise<void> {
    await this.#call(['hold', JSON.stringify({ service, instance, address, policy: policy ?? 'APPEND', container })], callLimitMs);
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#call(['withdraw', ...ids], callLimitMs);
  }

  async list(): Promise<readonly PublishedName[]> {
    const { zone, names } = await this.names();
    return names.map(({ name, addresses, holders }) => ({ name: `${name}.${zone}`, values: addresses, holders: holders.map(({ service, instance }) => `${service}-${instance}`) }));
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

  async awaitNames(expected: readonly { readonly name: string; readonly address: string }[], limitSeconds: number): Promise<void> {
    await this.#call(['await', '--timeout', String(limitSeconds), ...expected.map(({ name, address }) => `${name}=${address}`)], limitSeconds * 1000 + callLimitMs);
  }

  async #call(command: readonly string[], limitMs: number): Promise<unknown> {
    const { exitCode, stdout, stderr } = await this.#run([program, ...command], limitMs);
    const answer = parse(stdout);
    if (exitCode === 0) return answer;
    const error = typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : (stderr || stdout).trim();
    throw new OperationFailed(`${this.name}: dns ${command[0] ?? ''}: ${error}`, { code: 'DNS_FAILED', container: this.name });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
