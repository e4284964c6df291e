import { DirectoryDenied } from '../../directories/directory-errors.ts';
import { configPrefix, type LoadedPolicy } from '../../policies/load-policies.ts';
import type { PolicySet } from './agent-tools.ts';
import { configurationKeys } from './configuration-keys.ts';
import type { KeyMirrors } from './key-mirrors.ts';
import { isFromDirectory } from './policy-set.ts';
import type { RegistratorSettings } from './settings.ts';

/** Configurations that are keys of the directory: follows them and gives them to their policies. */
export class DirectoryConfigurations {
  readonly #mirrors: KeyMirrors;
  readonly #settings: RegistratorSettings;
  #set: PolicySet;

  constructor(mirrors: KeyMirrors, settings: RegistratorSettings, set: PolicySet) {
    this.#mirrors = mirrors;
    this.#settings = settings;
    this.#set = set;
  }

  /** Begins to follow those of these policies, and takes what is known of them. */
  follow(set: PolicySet): void {
    const before = this.#prefixes();
    this.#set = set;
    const prefixes = this.#prefixes();
    for (const prefix of prefixes) if (this.#mirrors.of(prefix).isCurrent) this.changed(prefix);
    for (const prefix of before) if (!prefixes.includes(prefix)) this.#mirrors.end(prefix);
  }

  /** Entries below a prefix have changed. */
  changed(prefix: string): void {
    for (const { policy, path } of this.#followed())
      if (configPrefix(path) === prefix) {
        const entries = [...this.#mirrors.of(prefix).entries.values()];
        this.#set.configurations.set(policy, configurationKeys(path, entries));
      }
  }

  /** Those below a prefix may not be read. False: there are none of them. */
  refused(prefix: string, { message }: DirectoryDenied): boolean {
    const followed = this.#followed().filter(({ path }) => configPrefix(path) === prefix);
    for (const { policy, path } of followed) this.#set.configurations.fail(policy, { where: path, message });
    return followed.length > 0;
  }

  /** Resolves when all that may be read are up to date. */
  async current(signal: AbortSignal): Promise<void> {
    for (const prefix of this.#prefixes())
      await this.#mirrors.current(prefix, signal).catch((error: unknown) => {
        if (!(error instanceof DirectoryDenied) || !this.refused(prefix, error)) throw error;
      });
  }

  #prefixes(): readonly string[] {
    return [...new Set(this.#followed().map(({ path }) => configPrefix(path)))];
  }

  #followed(): readonly { readonly policy: LoadedPolicy; readonly path: string }[] {
    return this.#set.policies.flatMap((policy) => {
      const { etcdConfigPath: path } = policy;
      return path !== undefined && isFromDirectory(policy, this.#settings) ? [{ policy, path }] : [];
    });
  }
}
