import { readBoundedText, whyUnread } from '../../bounded-file.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Daemon } from '../reloading.ts';
import type { PolicyRun } from './configurations.ts';
import type { Registrator } from './registrator.ts';
import type { DirectorySettings, ReadSettings } from './settings.ts';

export interface RegistratorSource {
  /** The settings as they are now, with what is wrong in them. */
  readonly read: () => ReadSettings;
  /** Rejects when something is wrong. `before`: what ran until now. */
  readonly open: (read: ReadSettings, before: readonly PolicyRun[]) => Promise<Registrator>;
}

/** A registrator with settings that do not change. It can run again after it has ended. */
export class Reloadable implements Daemon {
  readonly #source: RegistratorSource;
  readonly #read: ReadSettings;
  readonly #fingerprint: string;
  #registrator: Registrator;
  #hasRun = false;

  constructor(source: RegistratorSource, read: ReadSettings, registrator: Registrator) {
    this.#source = source;
    this.#read = read;
    this.#fingerprint = fingerprintOf(read);
    this.#registrator = registrator;
  }

  async run(signal: AbortSignal, onStarted: () => void): Promise<void> {
    if (this.#hasRun) this.#registrator = await this.#source.open(this.#read, this.#registrator.runs);
    this.#hasRun = true;
    await this.#registrator.run(signal, onStarted);
  }

  /**
   * Reads everything again. With equal settings, this one takes the new policies and configurations; else the result is
   * another one. Rejects when something is wrong.
   */
  async reloaded(): Promise<Reloadable> {
    const read = this.#source.read();
    if (read.problems.length === 0 && fingerprintOf(read) === this.#fingerprint) {
      await this.#registrator.reload();
      return this;
    }
    return new Reloadable(this.#source, read, await this.#source.open(read, this.#registrator.runs));
  }
}

/** Of the settings and the files that they name, such as certificates that were renewed. */
function fingerprintOf({ settings }: ReadSettings): string {
  return canonicalJson({ settings, files: accessFiles(settings.directory).map(contentOf) });
}

function accessFiles(directory: DirectorySettings): readonly string[] {
  const files =
    directory.kind === 'etcd'
      ? [directory.etcd.passwordFile, directory.etcd.caFile, directory.etcd.certFile, directory.etcd.keyFile]
      : [directory.consul.tokenFile, directory.consul.caFile, directory.consul.certFile, directory.consul.keyFile];
  return files.filter((file) => file !== undefined);
}

function contentOf(file: string): string {
  try {
    return readBoundedText(file);
  } catch (error) {
    return whyUnread(error);
  }
}
