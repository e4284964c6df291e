import type { Problem } from '../../errors.ts';
import { isSecretValue, maskValue } from '../../model/secret-text.ts';
import { placeIn, type RunConfEntry } from './run-conf-entry.ts';
import { textMembers } from './text-members.ts';

/** A setting of the build of a service's image. */
interface BuildSetting {
  readonly entry: RunConfEntry;
  /** In the entry: `platform`, `build_args.VERSION`. */
  readonly path: string;
  readonly value: string;
}

/** Settings of which entries of one service have different values: a service has one image. */
export function buildProblems(entries: readonly RunConfEntry[]): readonly Problem[] {
  const firsts = new Map<string, BuildSetting>();
  return entries.flatMap(buildSettings).flatMap((setting) => {
    const key = `${setting.entry.values.service} ${setting.path}`;
    const first = firsts.get(key) ?? setting;
    firsts.set(key, first);
    return first.value === setting.value ? [] : [differentSettings(setting, first)];
  });
}

function buildSettings(entry: RunConfEntry): readonly BuildSetting[] {
  const { service, image, build_args: args, platform, target } = entry.values;
  if (typeof service !== 'string' || image !== undefined) return [];
  return [
    ...textMembers(args).map(([name, value]) => ({
      entry,
      path: `build_args.${name}`,
      value,
    })),
    ...(typeof platform === 'string' ? [{ entry, path: 'platform', value: platform }] : []),
    ...(typeof target === 'string' ? [{ entry, path: 'target', value: target }] : []),
  ];
}

function differentSettings({ entry, path, value }: BuildSetting, first: BuildSetting): Problem {
  const name = path.replace(/^build_args\./, '');
  const shown = (text: string): string => (isSecretValue(name, text) ? maskValue(name, text) : text);
  const isHidden = shown(value) === shown(first.value);
  const [here, there] = isHidden ? ['one value', 'another'] : [`"${shown(value)}"`, `"${shown(first.value)}"`];
  const place = placeIn(first.entry, path);
  return {
    where: placeIn(entry, path),
    message: `"${path}" is ${here} here and ${there} at ${place}, but service ${entry.values.service} has one image`,
    suggestion: 'use one value, or make two services of it',
  };
}
