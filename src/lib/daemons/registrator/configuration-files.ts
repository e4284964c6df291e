import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readBoundedText, whyUnread } from '../../bounded-file.ts';
import type { Problem } from '../../errors.ts';
import type { LoadedPolicy } from '../../policies/load-policies.ts';
import type { ConfigurationText } from './configuration.ts';

export interface ConfigurationFiles {
  /** By the name of the policy. */
  readonly texts: ReadonlyMap<string, readonly ConfigurationText[]>;
  /** By the name of the policy: files that cannot be read. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
  readonly notices: readonly string[];
}

interface Found {
  readonly policy: string;
  readonly file: string;
}

/**
 * The files of a folder of configurations: `<policy>.json` and `<policy>/*.json`. Throws an error of the file system
 * when there is no such folder.
 */
export function readConfigurationFiles(folder: string, policies: readonly LoadedPolicy[]): ConfigurationFiles {
  const found = filesIn(folder);
  const isLoaded = ({ policy }: Found): boolean => policies.some(({ name }) => name === policy);
  const notices = found
    .filter((each) => !isLoaded(each))
    .map(({ policy, file }) => `${file}: there is no policy ${policy}; the file is ignored`);
  const texts = new Map<string, readonly ConfigurationText[]>();
  const problems = new Map<string, readonly Problem[]>();
  for (const [policy, files] of Map.groupBy(found.filter(isLoaded), (each) => each.policy)) {
    const read = files.map(({ file }, index) => readOne(file, files.slice(0, index)));
    texts.set(
      policy,
      read.flatMap((each) => ('text' in each ? each : [])),
    );
    problems.set(
      policy,
      read.flatMap((each) => ('message' in each ? each : [])),
    );
  }
  return { texts, problems, notices };
}

function filesIn(folder: string): readonly Found[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name): readonly Found[] => {
      const path = join(folder, name);
      if (name.endsWith('.json')) return [{ policy: basename(name, '.json'), file: path }];
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
      const inside = readdirSync(path).filter((each) => each.endsWith('.json'));
      return inside.sort().map((each) => ({ policy: name, file: join(path, each) }));
    });
}

function readOne(file: string, before: readonly Found[]): ConfigurationText | Problem {
  const name = basename(file, '.json');
  const twice = before.find((other) => basename(other.file, '.json') === name);
  if (twice !== undefined) return { where: file, message: `the configuration ${name} is in ${twice.file}, too` };
  try {
    return { name, where: file, text: readBoundedText(file), parts: {} };
  } catch (error) {
    return { where: file, message: `it cannot be read: ${whyUnread(error)}` };
  }
}
