import { OperationFailed } from '../errors.ts';
import type { Directory, PublishedName, Registration, RunInside } from './directory.ts';

const program = '/usr/local/bin/dockerops-dns';
const callLimitMs = 15_000;

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
    const answer = await this.#call(['ps'], callLimitMs);
    return names(answer).map(({ name, addresses, holders }) => ({ name, values: addresses, holders: holders.map(({ service, instance }) => `${service}-${instance}`) }));
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

interface NameRow { readonly name: string; readonly addresses: readonly string[]; readonly holders: readonly { readonly service: string; readonly instance: string }[] }

function names(answer: unknown): readonly NameRow[] {
  return (answer as { readonly names?: readonly NameRow[] } | undefined)?.names ?? [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
