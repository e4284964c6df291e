import type { Problem } from '../../errors.ts';
import { isSecretName } from '../resolve/environment/secret-name.ts';
import { placeIn, type RunConfEntry } from './run-conf-entry.ts';

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
  const { service, image, build_args: args, platform } = entry.values;
  if (typeof service !== 'string' || image !== undefined) return [];
  return [
    ...(typeof args === 'object' ? Object.entries(args) : []).map(([name, value]) => ({
      entry,
      path: `build_args.${name}`,
      value: String(value),
    })),
    ...(typeof platform === 'string' ? [{ entry, path: 'platform', value: platform }] : []),
  ];
}

function differentSettings({ entry, path, value }: BuildSetting, first: BuildSetting): Problem {
  const [here, there] = isSecretName(path.replace(/^build_args\./, ''))
    ? ['one value', 'another']
    : [`"${value}"`, `"${first.value}"`];
  const place = placeIn(first.entry, path);
  return {
    where: placeIn(entry, path),
    message: `"${path}" is ${here} here and ${there} at ${place}, but service ${entry.values.service} has one image`,
    suggestion: 'use one value, or make two services of it',
  };
}
