import type { Entry } from '../../directories/key-space.ts';
import type { ConfigurationText } from './configuration.ts';

export interface ConfigurationKeys {
  readonly texts: readonly ConfigurationText[];
  readonly notices: readonly string[];
}

/**
 * The configurations in a directory of keys; all parts together name one.
 * `path`: `/kontena/registrator/services/skydns/:service`
 */
export function configurationKeys(path: string, entries: readonly Entry[]): ConfigurationKeys {
  const read = entries.map(({ key, value }) => ({ key, value, parts: partsOf(path, key) }));
  return {
    texts: read.flatMap(({ key, value, parts }) =>
      parts === undefined ? [] : [{ name: Object.values(parts).join('/'), where: key, text: value, parts }],
    ),
    notices: read
      .filter(({ parts }) => parts === undefined)
      .map(({ key }) => `${key} is no configuration: those are at ${path}`),
  };
}

/** Undefined: the key has more or fewer parts than the path, or others. */
function partsOf(path: string, key: string): Readonly<Record<string, string>> | undefined {
  const [names, values] = [path.split('/'), key.split('/')];
  const matches = (name: string, value: string | undefined): boolean =>
    name.startsWith(':') ? value !== undefined && value !== '' : name === value;
  if (names.length !== values.length || !names.every((name, index) => matches(name, values[index]))) return undefined;
  return Object.fromEntries(
    names.flatMap((name, index) => (name.startsWith(':') ? [[name.slice(1), values[index] ?? '']] : [])),
  );
}
