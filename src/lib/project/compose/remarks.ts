import { definedOnly } from '../../defined.ts';
import type { Problem } from '../../errors.ts';
import type { ComposeFile, Path } from './compose-file.ts';

/** Something to know about an import, by its place in the compose file. */
export interface Remark extends Problem {
  readonly where: string;
}

/** Gathers what an import does not carry over as it is. */
export class Remarks {
  readonly #file: ComposeFile;
  readonly #dropped: Remark[] = [];
  readonly #converted: Remark[] = [];

  constructor(file: ComposeFile) {
    this.#file = file;
  }

  /** What has no equivalent. */
  get dropped(): readonly Remark[] {
    return this.#dropped;
  }

  /** What has an equivalent that differs. */
  get converted(): readonly Remark[] {
    return this.#converted;
  }

  drop(path: Path, message: string, suggestion?: string): void {
    this.#dropped.push(definedOnly({ where: this.#file.placeOf(path), message, suggestion }));
  }

  convert(path: Path, message: string): void {
    this.#converted.push({ where: this.#file.placeOf(path), message });
  }
}
