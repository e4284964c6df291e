import type { Path } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';

interface HostValue {
  readonly name: string;
  readonly value: string;
  readonly path: Path;
  readonly context: Pick<ServiceContext, 'drop' | 'convert'>;
}

/**
 * Values for host.conf, since they come from a file that is not committed. host.conf has one value for all services and
 * beats run.conf, so a variable to which services give different values cannot be kept there. That is known only at the
 * end.
 */
export class HostValues {
  readonly #requested: HostValue[] = [];
  readonly #written = new Map<string, Set<unknown>>();

  request(value: HostValue): void {
    this.#requested.push(value);
  }

  /** Notes the variables of an entry of run.conf; null: the value comes from elsewhere. */
  noteEntry(variables: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(variables))
      if (value !== null) this.#written.set(name, (this.#written.get(name) ?? new Set()).add(value));
  }

  /** The values for host.conf by name. Reports of each value that was requested whether it is among them. */
  settle(): Readonly<Record<string, string>> {
    const kept = this.#requested.filter(({ name }) => this.#valuesOf(name).size === 1);
    for (const value of this.#requested) report(value, kept.includes(value));
    return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
  }

  #valuesOf(name: string): ReadonlySet<unknown> {
    const requested = this.#requested.filter((one) => one.name === name).map(({ value }) => value);
    return new Set([...requested, ...(this.#written.get(name) ?? [])]);
  }
}

function report({ name, path, context }: HostValue, isKept: boolean): void {
  if (isKept) context.convert(path, `the value of ${name} is now in host.conf, since it comes from .env`);
  else
    context.drop(
      path,
      `services have different values of ${name}, and host.conf has one for all of them`,
      `set ${name} in an "env_file" of the entry`,
    );
}
