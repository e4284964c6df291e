import { isAbsolute, join } from 'node:path';
import type { Environment } from '../project/find-project.ts';

/**
 * Directory for files that may be deleted at any time. A relative XDG_CACHE_HOME is ignored, as the XDG Base Directory
 * Specification says.
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
