import type { Problem } from '../../errors.ts';
import type { LoadedPolicy } from '../../policies/load-policies.ts';
import { placesOf, repeatedKeys, valueOf } from '../../project/conf/conf-node.ts';
import { parseConfText } from '../../project/conf/conf-text.ts';

/** One configuration of a policy, as it is given to it. */
export interface Configuration {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A configuration before it is read. */
export interface ConfigurationText {
  readonly name: string;
  /** The file, or the key of the directory. */
  readonly where: string;
  readonly text: string;
  /** Parts of the path of a key, by their names. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface ReadConfiguration {
  /** Absent: it is wrong. */
  readonly configuration?: Configuration;
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/** Reads a configuration and checks it against the schema of its policy. */
export function readConfiguration(policy: LoadedPolicy, source: ConfigurationText): ReadConfiguration {
  const { name, where, text, parts } = source;
  const conf = parseConfText(where, text);
  const { root } = conf;
  const problems = root === undefined ? conf.problems : [...conf.problems, ...repeatedKeys(conf)];
  if (root === undefined && problems.length === 0)
    return { problems: [{ where, message: 'it is empty; it needs at least {}' }], notices: [] };
  if (root === undefined || problems.length > 0) return { problems, notices: [] };
  const places = new Map(placesOf(conf, root));
  const placeOf = (path: string): string => places.get(path) ?? conf.placeAt(root.offset);
  // Through JSON, so that objects have the usual prototype, as code of users expects.
  const checked = policy.schema?.check(JSON.parse(JSON.stringify(valueOf(root))));
  if (checked === undefined) throw new TypeError(`the policy ${policy.name} has no configurations`);
  if ('faults' in checked)
    return { problems: checked.faults.map(({ path, message }) => ({ where: placeOf(path), message })), notices: [] };
  const notices = checked.unknown.map(
    (member) => `${placeOf(member)}: the policy ${policy.name} has no setting "${member}", which is ignored`,
  );
  const config = { ...checked.config, service: name, ...parts };
  return { configuration: { name, config }, problems: [], notices };
}
