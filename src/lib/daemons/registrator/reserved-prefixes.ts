import { configPrefix, type LoadedPolicy } from '../../policies/load-policies.ts';

/** Where locks of registrators are. */
export const registratorsPrefix = '/dockerops/registrators';

/** Below these a policy may write no key: claims, locks, and the configurations of all policies. */
export function reservedPrefixes(claimsPrefix: string, policies: readonly LoadedPolicy[]): readonly string[] {
  const paths = policies.flatMap(({ etcdConfigPath }) => (etcdConfigPath === undefined ? [] : etcdConfigPath));
  return [claimsPrefix, registratorsPrefix, ...paths.map((path) => configPrefix(path).replace(/\/$/, ''))];
}
