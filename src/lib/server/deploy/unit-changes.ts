import type { Unit } from './unit.ts';

export interface UnitChange {
  readonly added: readonly Unit[];
  readonly removed: readonly string[];
}

/** Which units have come and gone; those that there are at the first look are not told as new. */
export class UnitChanges {
  #known: ReadonlySet<string> | undefined;

  since(units: readonly Unit[]): UnitChange {
    const names = new Set(units.map(({ name }) => name));
    const known = this.#known;
    this.#known = names;
    if (known === undefined) return { added: [], removed: [] };
    return {
      added: units.filter(({ name }) => !known.has(name)),
      removed: [...known].filter((name) => !names.has(name)),
    };
  }
}
