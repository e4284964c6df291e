import { UserError } from '../../errors.ts';
import type { OpenProject } from '../open-project.ts';

/** Names of keys. */
export interface ImportedKeys {
  readonly imported: readonly string[];
  /** Those that the project already had. */
  readonly same: readonly string[];
}

/** Stores private keys by name. Different existing keys are replaced only with `force`; otherwise nothing is stored. */
export async function storeKeys(
  keys: OpenProject['keys'],
  given: Readonly<Record<string, string>>,
  force: boolean,
): Promise<ImportedKeys> {
  const existing = Object.keys(given).filter((name) => keys.existing().has(name));
  const former = new Map(
    await Promise.all(existing.map(async (name) => [name, (await keys.read(name)).private] as const)),
  );
  const same = existing.filter((name) => former.get(name)?.trim() === given[name]?.trim());
  const different = existing.filter((name) => !same.includes(name));
  if (different.length > 0 && !force)
    throw new UserError(`this project already has different keys: ${different.join(', ')}`, {
      code: 'KEY_EXISTS',
      suggestions: ['replace them with --force, then rerun the instances that have the old ones'],
    });
  const imported = Object.entries(given).filter(([name]) => !same.includes(name));
  for (const [name, key] of imported) await keys.store(name, { private: key, public: '' }, force);
  return { imported: imported.map(([name]) => name), same };
}
