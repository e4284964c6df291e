import { readdirSync } from 'node:fs';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, messageOf } from '../../errors.ts';
import { makeHostCertificate } from './host-certificate.ts';
import { makeSecret, makeSshKey, publicPartOf } from './make-key.ts';
import type { KeySpec } from '../../model/desired.ts';
import type { KeyText } from '../../model/key-text.ts';
import { writeExclusively } from './write-exclusively.ts';

/**
 * The keys of a project: files under `.dockerops/keys` in its directory, for the owner only and not for git. Of keys that belong to one
 * instance nothing is kept here: they are made, handed over and forgotten.
 */
export class ProjectKeys {
  readonly #directory: string;
  readonly #comment: string;

  constructor(projectDirectory: string, projectName: string) {
    this.#directory = join(projectDirectory, '.dockerops', 'keys');
    this.#comment = `dockerops-${projectName}`;
  }

  /** Names of the keys that are kept. */
  existing(): ReadonlySet<string> {
    try {
      return new Set(readdirSync(this.#directory).filter(isKeyName));
    } catch (error) {
      if (isCode(error, 'ENOENT')) return new Set();
      throw this.#unusable(error);
    }
  }

  /** The private part as a file, for ssh. */
  path(name: string): string {
    return join(this.#directory, name);
  }

  async read(name: string): Promise<KeyText> {
    try {
      return this.#parse(name, await readFile(this.path(name), 'utf8'));
    } catch (error) {
      if (isCode(error, 'ENOENT'))
        throw new UserError(`the project has no key "${name}" in ${this.#directory}`, {
          code: 'NO_KEY',
          suggestions: ['it is made by the first run: dockerops run:all'],
          cause: error,
        });
      throw error instanceof UserError ? error : this.#unusable(error);
    }
  }

  /** What others may know of an ssh key; undefined where there is none. */
  async publicPart(name: string): Promise<string | undefined> {
    return this.existing().has(name) ? (await this.read(name)).public : undefined;
  }

  /** Makes a key, and keeps it when it is the project's. Of two that are made at the same time the first is kept, and both get that one. */
  async create({ name, kind, keep, certify }: Omit<KeySpec, 'exists'>, authority?: KeyText): Promise<KeyText> {
    const key = kind === 'ssh' ? makeSshKey(this.#comment) : makeSecret();
    if (keep === 'instance')
      return certify === undefined || authority === undefined ? key : this.#certified(key, certify, authority);
    try {
      await this.#prepare();
      await this.#writeNew(name, key);
    } catch (error) {
      throw this.#unusable(error);
    }
    return this.read(name);
  }

  /** Keeps a key that was made elsewhere. Over another one only with `replace`; else the one that is there stays. */
  async store(name: string, key: KeyText, replace: boolean): Promise<void> {
    try {
      await this.#prepare();
      if (replace) await rm(this.path(name), { force: true });
      await this.#writeNew(name, key);
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  #certified(key: KeyText, { by, principals }: NonNullable<KeySpec['certify']>, authority: KeyText): KeyText {
    const certificate = makeHostCertificate({ hostKey: key.public, principals, id: principals[0], authority });
    if (certificate === undefined) throw this.#damaged(by);
    return { ...key, certificate };
  }

  async #prepare(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await chmod(this.#directory, 0o700);
    await writeExclusively(join(this.#directory, '.gitignore'), '*\n');
  }

  async #writeNew(name: string, key: KeyText): Promise<void> {
    if (!isKeyName(name)) throw new TypeError(`"${name}" is not the name of a project's key`);
    const text = key.private.endsWith('\n') ? key.private : `${key.private}\n`;
    await writeExclusively(this.path(name), text);
  }

  #parse(name: string, text: string): KeyText {
    if (!text.startsWith('-----')) return { private: text.trim(), public: '' };
    const publicPart = publicPartOf(text);
    if (publicPart === undefined) throw this.#damaged(name);
    return { private: text, public: `${publicPart} ${this.#comment}` };
  }

  #damaged(name: string): UserError {
    return new UserError(`${this.path(name)} is not an OpenSSH private key`, {
      code: 'BAD_KEY',
      suggestions: ['take the file away; the next run makes a new one, and `rerun` gives it to the instances'],
    });
  }

  #unusable(cause: unknown): UserError {
    return new UserError(`keys cannot be kept in ${this.#directory}: ${messageOf(cause)}`, {
      code: 'KEY_STORE',
      suggestions: ['the directory of the project must be yours to write'],
      cause,
    });
  }
}

function isKeyName(name: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(name);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
