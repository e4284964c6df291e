import { isSecretValue, maskValue } from '../../model/secret-text.ts';

/** The variables of a configuration as they may be shown: `NAME=value`, without what looks like a secret. */
export function maskedEnvironment(env: unknown): readonly string[] {
  if (typeof env !== 'object' || env === null) return [];
  return Object.entries(env).map(([name, each]) => {
    const value = String(each);
    return `${name}=${isSecretValue(name, value) ? maskValue(name, value) : value}`;
  });
}
