import { isAbsolute, join } from 'node:path';
import type { Environment } from '../project/find-project.ts';

/**
 * Where things lie that may be lost. A relative XDG_CACHE_HOME does not count (XDG Base Directory Specification): it
 * would be another at every place.
 */
export function cacheDirectory({
  environment,
  homeDirectory,
}: {
  readonly environment: Environment;
  readonly homeDirectory: string;
}): string {
  const named = environment['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(named) ? named : join(homeDirectory, '.cache'), 'dockerops');
}
