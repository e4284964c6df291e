import { constants, readdirSync } from 'node:fs';
import { chmod, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, messageOf } from '../../errors.ts';
import { onDemand } from '../../lazy.ts';
import { exposedKeys, keyDirectory, refuseLinks } from './key-directory.ts';
import { dnsKey } from './key-names.ts';
import { makeHostCertificate } from './host-certificate.ts';
import { makeSecret, makeSshKey, publicPartOf } from './make-key.ts';
import type { KeySpec } from '../../model/desired.ts';
import type { KeyText } from '../../model/key-text.ts';
import { writeExclusively } from './write-exclusively.ts';

/**
 * The keys of a project: files in `.dockerops/keys` of its directory, which only the owner can read and git ignores.
 * Keys of a single instance are not stored: they are created for its container and exist nowhere else.
 */
export class ProjectKeys {
  readonly #directory: string;
  readonly #comment: string;
  /** Checks once what can be wrong with the directory, at the first use. */
  readonly #use: () => void;

  /** `onExposed` gets a sentence if others have the keys, at their first use. */
  constructor(projectDirectory: string, projectName: string, onExposed: (text: string) => void = () => {}) {
    this.#directory = keyDirectory(projectDirectory);
    this.#comment = `dockerops-${projectName}`;
    this.#use = onDemand(() => {
      refuseLinks(projectDirectory);
      for (const { text, fix } of exposedKeys(projectDirectory)) onExposed(`${text}. Fix: ${fix}`);
    });
  }

  /** Names of the stored keys. */
  existing(): ReadonlySet<string> {
    this.#use();
    try {
      return new Set(readdirSync(this.#directory).filter(isKeyName));
    } catch (error) {
      if (isCode(error, 'ENOENT')) return new Set();
      throw this.#unusable(error);
    }
  }

  /** Path of the private part, for ssh. */
  path(name: string): string {
    this.#use();
    return join(this.#directory, name);
  }

  async read(name: string): Promise<KeyText> {
    try {
      return this.#parse(name, await readRegularFile(this.path(name)));
    } catch (error) {
      if (isCode(error, 'ENOENT'))
        throw new UserError(`the project has no key "${name}" in ${this.#directory}`, {
          code: 'NO_KEY',
          suggestions: [`the first run ${name === dnsKey ? 'of a DNS ' : ''}creates it: dockerops run:all`],
          cause: error,
        });
      throw error instanceof UserError ? error : this.#unusable(error);
    }
  }

  /** The public part of an ssh key; undefined when the key does not exist. */
  async publicPart(name: string): Promise<string | undefined> {
    return this.existing().has(name) ? (await this.read(name)).public : undefined;
  }

  /**
   * Creates a key, and stores it when it is one of the project. When two processes create it at the same time, both get
   * the one that was stored first. `authority` certifies a host key.
   */
  async create({ name, kind, keep, certify }: Omit<KeySpec, 'exists'>, authority?: KeyText): Promise<KeyText> {
    const key = kind === 'ssh' ? makeSshKey(this.#comment) : makeSecret();
    if (keep === 'instance')
      return certify === undefined || authority === undefined ? key : this.#certified(key, certify, authority);
    try {
      await this.#prepare();
      await this.#writeNew(name, key);
    } catch (error) {
      throw error instanceof UserError ? error : this.#unusable(error);
    }
    return this.read(name);
  }

  /** Stores a key that was created elsewhere. A stored key of that name is overwritten only with `replace`. */
  async store(name: string, key: KeyText, replace: boolean): Promise<void> {
    try {
      await this.#prepare();
      if (replace) await rm(this.path(name), { force: true });
      await this.#writeNew(name, key);
    } catch (error) {
      throw error instanceof UserError ? error : this.#unusable(error);
    }
  }

  #certified(key: KeyText, { by, principals }: NonNullable<KeySpec['certify']>, authority: KeyText): KeyText {
    const certificate = makeHostCertificate({ hostKey: key.public, principals, id: principals[0], authority });
    if (certificate === undefined) throw this.#damaged(by);
    return { ...key, certificate };
  }

  async #prepare(): Promise<void> {
    this.#use();
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
      suggestions: ['remove the file; the next run creates a new key, and `rerun` gives it to the instances'],
    });
  }

  #unusable(cause: unknown): UserError {
    return new UserError(`keys cannot be stored in ${this.#directory}: ${messageOf(cause)}`, {
      code: 'KEY_STORE',
      suggestions: ['you need permission to write to the directory of the project'],
      cause,
    });
  }
}

/** Not through a link, and no pipe or device. */
async function readRegularFile(path: string): Promise<string> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (!(await file.stat()).isFile()) throw new TypeError(`${path} is not a regular file`);
  return await file.readFile('utf8');
}

function isKeyName(name: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(name);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
