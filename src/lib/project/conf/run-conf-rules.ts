import type { Problem } from '../../errors.ts';
import { labelComplaint, maxHostNameLength, toDnsLabel } from './dns-label.ts';
import { instanceKey, keyComplaint } from './instance-key.ts';
import { placeIn, type RunConfEntry } from './run-conf-entry.ts';
import { isSecretName } from '../resolve/environment/secret-name.ts';

/** What a schema cannot say: names that become host names, and names that only one entry may have. Entries need not be valid. */
export function entryProblems(entries: readonly RunConfEntry[]): readonly Problem[] {
  const named = entries.filter(hasNames);
  return [
    ...named.flatMap(nameProblems),
    ...repetitions(named),
    ...entries.flatMap(contradictions),
    ...severalBuilds(entries),
  ];
}

function hasNames({ values: { service, instance, hostname } }: RunConfEntry): boolean {
  return (
    typeof service === 'string' &&
    [instance, hostname].every((name) => name === undefined || name === null || typeof name === 'string')
  );
}

function nameProblems(entry: RunConfEntry): readonly Problem[] {
  const { service, instance, hostname } = entry.values;
  const complaints = [
    { path: 'service', complaint: labelComplaint('service', service) },
    {
      path: 'instance',
      complaint: instance === undefined || instance === null ? undefined : labelComplaint('instance', instance),
    },
    { path: 'hostname', complaint: hostname === undefined ? undefined : hostNameComplaint(hostname) },
    { path: 'instance', complaint: keyComplaint(instanceKey(service, instance ?? '01234567')) },
  ];
  return complaints.flatMap(({ path, complaint }) =>
    complaint === undefined ? [] : [{ where: placeIn(entry, path), ...complaint }],
  );
}

function hostNameComplaint(hostname: string): Pick<Problem, 'message' | 'suggestion'> | undefined {
  const parts = hostname.split('.');
  const isName = parts.every((part) => labelComplaint('', part.toLowerCase()) === undefined);
  if (isName && hostname.length <= maxHostNameLength) return undefined;
  if (isName)
    return {
      message: `"hostname" has ${String(hostname.length)} characters; Linux takes ${String(maxHostNameLength)}`,
      suggestion: 'shorten it, or leave it out: names of the DNS do not depend on it',
    };
  return {
    message: `"hostname" is "${hostname}", which is not a host name`,
    suggestion: `write "${
      parts
        .map(toDnsLabel)
        .filter((part) => part !== '')
        .join('.') || 'host'
    }"`,
  };
}

/** Two entries of one instance, or of two whose names become the same: `a-b`+`c` and `a`+`b-c`. */
function repetitions(entries: readonly RunConfEntry[]): readonly Problem[] {
  const nameOf = ({ values: { service, instance } }: RunConfEntry): string =>
    typeof instance === 'string' ? instanceKey(service, instance) : `${service} without an instance name`;
  const firsts = new Map<string, RunConfEntry>();
  return entries.flatMap((entry) => {
    const name = nameOf(entry);
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, entry);
      return [];
    }
    const isSame = first.values.service === entry.values.service;
    const message = isSame
      ? `${name} has an entry already, at ${first.where}`
      : `this would be called ${name}, as service "${first.values.service}", instance "${String(first.values.instance)}" at ${first.where} is`;
    return [
      {
        where: entry.where,
        message,
        suggestion: isSame
          ? 'put them together, or give this one another "instance"'
          : 'give one of them another "instance"',
      },
    ];
  });
}

/** A service has one image, however many entries it has. */
function severalBuilds(entries: readonly RunConfEntry[]): readonly Problem[] {
  const builds = entries
    .filter(({ values: { service, image } }) => typeof service === 'string' && image === undefined)
    .map((entry) => ({ entry, settings: buildSettings(entry) }));
  const firsts = new Map<string, (typeof builds)[number]>();
  return builds.flatMap(({ entry, settings }) =>
    Object.entries(settings).flatMap(([path, value]) => {
      const key = `${entry.values.service} ${path}`;
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, { entry, settings });
      if (first === undefined || first.settings[path] === value) return [];
      const [here, there] = isSecretName(path.replace(/^build_args\./, ''))
        ? ['one value', 'another']
        : [`"${value}"`, `"${first.settings[path] ?? ''}"`];
      const message = `"${path}" is ${here} here and ${there} at ${placeIn(first.entry, path)}, but service ${entry.values.service} has one image`;
      return [{ where: placeIn(entry, path), message, suggestion: 'say the same in both, or make two services of it' }];
    }),
  );
}

/** By their path in the entry. */
function buildSettings({ values: { build_args: args, platform } }: RunConfEntry): Readonly<Record<string, string>> {
  const named =
    typeof args === 'object'
      ? Object.entries(args).map(([name, value]) => [`build_args.${name}`, String(value)] as const)
      : [];
  return Object.fromEntries([...named, ...(typeof platform === 'string' ? [['platform', platform] as const] : [])]);
}

function contradictions(entry: RunConfEntry): readonly Problem[] {
  const { autostart, autorun, network_mode: mode, nethost } = entry.values;
  return [
    ...(typeof autostart === 'boolean' && typeof autorun === 'boolean' && autostart !== autorun
      ? [
          {
            where: placeIn(entry, 'autorun'),
            message: '"autostart" and "autorun" say different things; they are two names of one key',
            suggestion: 'keep "autostart"',
          },
        ]
      : []),
    ...(mode !== undefined && nethost === false
      ? [
          {
            where: placeIn(entry, 'nethost'),
            message: '"nethost" is false, but "network_mode" asks for the network of the host',
            suggestion: 'keep one of them',
          },
        ]
      : []),
  ];
}
