import { existsSync } from 'node:fs';
import { onDemand } from './lazy.ts';
import { readTrustedFile, writeTrustedFile } from './trusted-file.ts';

/** What something was made of, or stands for that. */
interface Origin {
  readonly text: string;
  /** When that last changed, in ms since the epoch; 0 where the text alone tells. */
  readonly changed: number;
}

type Known = readonly [text: string, result: string];

/** With more, those that this run did not ask for go. */
const maxBytes = 1024 * 1024;

/** What changed so lately may change once more within the same tick of the file system's clock (2 s on FAT). */
const settledMs = 2000;

/**
 * Results of earlier commands by name, each with the text that it belongs to: as long as that is the same, so is the
 * result. Files are known by what the file system says of them, as git's index does it. Kept in a file that may be lost
 * at any time.
 */
export class Remembered {
  readonly #path: string | undefined;
  readonly #settled: number;
  readonly #known = onDemand(() => this.#read());
  readonly #asked = new Set<string>();
  #isNew = false;

  /** Without a path nothing is remembered. Made before what is to be remembered is looked at. */
  constructor(path?: string, now = Date.now()) {
    this.#path = path;
    this.#settled = now - settledMs;
  }

  /** As it was made when the text was the same, or made now and kept. */
  async recall(name: string, { text, changed }: Origin, make: () => string | Promise<string>): Promise<string> {
    this.#asked.add(name);
    const [knownText, known] = this.#known().get(name) ?? [];
    if (known !== undefined && knownText === text) return known;
    const result = await make();
    if (changed >= this.#settled) return result;
    this.#known().set(name, [text, result]);
    this.#isNew = true;
    return result;
  }

  /** Where it cannot be written, the next run reads more. */
  save(): void {
    if (this.#path === undefined || !this.#isNew) return;
    this.#isNew = false;
    writeTrustedFile(this.#path, this.#text());
  }

  #text(): string {
    // What is of a place that is gone would be read for nothing by every run.
    const all = JSON.stringify(
      [...this.#known()].filter(([name]) => this.#asked.has(name) || isOfPlaceThatIsThere(name)),
    );
    return Buffer.byteLength(all) <= maxBytes
      ? all
      : JSON.stringify([...this.#known()].filter(([name]) => this.#asked.has(name)));
  }

  #read(): Map<string, Known> {
    const content = this.#path === undefined ? undefined : readTrustedFile(this.#path);
    if (content === undefined) return new Map();
    try {
      const read = JSON.parse(content.toString()) as readonly (readonly [string, Known])[];
      return new Map(read.filter(([, known]) => Array.isArray(known)));
    } catch {
      return new Map();
    }
  }
}

/** The path in a name begins with its first slash. */
function isOfPlaceThatIsThere(name: string): boolean {
  return name.includes('/') && existsSync(name.slice(name.indexOf('/')));
}
