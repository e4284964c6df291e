/** Folder of the env files that an import writes. */
const importedEnvFolder = 'imported-env';

/**
 * Values that one service alone has, and that must not be in run.conf: they come from files that may not be committed.
 * Each service with some gets an env file of its own.
 */
export class OwnVariables {
  readonly #values = new Map<string, Map<string, string>>();

  set(service: string, name: string, value: string): void {
    const values = this.#values.get(service) ?? new Map<string, string>();
    this.#values.set(service, values.set(name, value));
  }

  namesOf(service: string): readonly string[] {
    return [...(this.#values.get(service)?.keys() ?? [])];
  }

  /** By path. */
  files(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return Object.fromEntries(
      [...this.#values].map(([service, values]) => [envFileOf(service), Object.fromEntries(values)]),
    );
  }
}

export function envFileOf(service: string): string {
  return `${importedEnvFolder}/${service}.env`;
}
