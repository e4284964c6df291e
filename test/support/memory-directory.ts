import type { NameDirectory, PublishedName, Registration } from '../../src/lib/directories/name-directory.ts';
import { OperationFailed } from '../../src/lib/errors.ts';

/** A directory that forgets: for tests of what publishes. Every behaviour of it is in the contract suite. */
export class MemoryDirectory implements NameDirectory {
  readonly name = 'memory';
  readonly #held = new Map<string, Registration>();

  async ping(): Promise<void> {}

  async put(registration: Registration): Promise<void> {
    this.#held.set(registration.id, registration);
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#held.delete(id);
  }

  async list(): Promise<readonly PublishedName[]> {
    const names = new Map<string, Registration[]>();
    for (const registration of this.#held.values()) {
      for (const name of [registration.service, `${registration.service}-${registration.instance}`])
        names.set(name, [...(names.get(name) ?? []), registration]);
    }
    return [...names]
      .map(([name, of]) => ({ name, values: of.map(({ address }) => address).sort(), holders: of.map(({ id }) => id) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async awaitNames(expected: readonly { readonly name: string; readonly address: string }[]): Promise<void> {
    const names = await this.list();
    const pending = expected.filter(
      ({ name, address }) => !names.some((one) => one.name === name && one.values.includes(address)),
    );
    if (pending.length > 0)
      throw new OperationFailed(
        `these names do not answer as expected: ${pending.map(({ name }) => name).join(', ')}`,
        { code: 'NAMES_PENDING' },
      );
  }
}
