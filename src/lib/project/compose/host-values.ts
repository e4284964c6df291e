import { envFileOf, type OwnVariables } from './own-variables.ts';
import type { Path } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';

interface HostValue {
  readonly name: string;
  readonly value: string;
  readonly path: Path;
  readonly context: Pick<ServiceContext, 'service' | 'convert'>;
}

/**
 * Values for host.conf, since they come from a file that is not committed. host.conf has one value for all services and
 * beats run.conf and env files, so a variable to which services give different values gets an env file for each of
 * them. That is known only at the end.
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

  /** The values for host.conf by name; the others go to `own`. Reports of each value where it is now. */
  settle(own: OwnVariables): Readonly<Record<string, string>> {
    const kept = this.#requested.filter(({ name }) => this.#valuesOf(name).size === 1);
    for (const requested of this.#requested) {
      const isKept = kept.includes(requested);
      if (!isKept) own.set(requested.context.service, requested.name, requested.value);
      report(requested, isKept);
    }
    return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
  }

  #valuesOf(name: string): ReadonlySet<unknown> {
    const requested = this.#requested.filter((one) => one.name === name).map(({ value }) => value);
    return new Set([...requested, ...(this.#written.get(name) ?? [])]);
  }
}

function report({ name, path, context }: HostValue, isKept: boolean): void {
  const place = isKept
    ? 'host.conf, since it comes from .env'
    : `${envFileOf(context.service)}, since services have different values and host.conf has one for all of them`;
  context.convert(path, `the value of ${name} is now in ${place}`);
}
