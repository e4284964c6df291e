import { isAbsolute, join } from 'node:path';
import { trustOf } from './trusted-directory.ts';

export interface CacheRequest {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
}

/**
 * Where things are kept that may be lost; undefined: nowhere. With sudo, HOME and XDG_CACHE_HOME may still be another
 * user's, who could put things there: then it is in this user's own home.
 */
export function cacheDirectory(request: CacheRequest): string | undefined {
  const directory = namedCacheDirectory(request);
  if (trustOf(directory).kind !== 'refused') return directory;
  // Loaded only here: at each start a module counts.
  const own = join(process.getBuiltinModule('node:os').userInfo().homedir, '.cache', 'dockerops');
  return trustOf(own).kind === 'refused' ? undefined : own;
}

/**
 * A relative XDG_CACHE_HOME does not count (XDG Base Directory Specification): it would be another one in each working
 * directory.
 */
export function namedCacheDirectory({ environment, homeDirectory }: CacheRequest): string {
  const named = environment['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(named) ? named : join(homeDirectory, '.cache'), 'dockerops');
}
