import type { Path } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';

interface HostValue {
  readonly name: string;
  readonly value: string;
  readonly path: Path;
  readonly context: Pick<ServiceContext, 'tell' | 'lose'>;
}

/**
 * Values for host.conf, as they come from a file that is not committed. host.conf has one value for all services and beats what run.conf
 * says, so a name that services give several values is not for it. That is known only at the end.
 */
export class HostValues {
  readonly #wanted: HostValue[] = [];
  readonly #written = new Map<string, Set<unknown>>();

  want(wanted: HostValue): void {
    this.#wanted.push(wanted);
  }

  /** Of one entry of run.conf; null: something else gives it. */
  write(variables: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(variables))
      if (value !== null) this.#written.set(name, (this.#written.get(name) ?? new Set()).add(value));
  }

  /** What is kept; says of each value whether it is. */
  settle(): Readonly<Record<string, string>> {
    const kept = this.#wanted.filter(({ name }) => this.#valuesOf(name).size === 1);
    for (const one of this.#wanted) remark(one, kept.includes(one));
    return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
  }

  #valuesOf(name: string): ReadonlySet<unknown> {
    return new Set([
      ...this.#wanted.filter((one) => one.name === name).map(({ value }) => value),
      ...(this.#written.get(name) ?? []),
    ]);
  }
}

function remark({ name, path, context }: HostValue, isKept: boolean): void {
  if (isKept) context.tell(path, `the value of ${name} is in host.conf, as it comes from .env`);
  else
    context.lose(
      path,
      `${name} has another value in another service, and host.conf has one for all`,
      `supply ${name} in "env_file" of the entry`,
    );
}
