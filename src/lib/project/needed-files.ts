import type { Problem } from '../errors.ts';
import { isDnsService } from '../model/dns-service.ts';
import type { ParsedRunConf } from './conf/run-conf.ts';
import type { EntryValues, RunConfEntry } from './conf/run-conf-entry.ts';
import { envFilesOf, type LoadedEnvFiles } from './load-env-files.ts';

/**
 * What a command needs of a project's files. `labels`: nothing, for those of the containers say enough. One service:
 * host.conf, and the entries that say how its instances are made.
 */
export type Needs = 'all' | 'labels' | { readonly service: string; readonly instance: string | undefined };

/** The problems of each entry that has some: its own, and those of its env files. */
export type WrongEntries = ReadonlyMap<RunConfEntry, readonly Problem[]>;

export function wrongEntries({ conf, ofEntry }: ParsedRunConf, envFiles: LoadedEnvFiles): WrongEntries {
  const found = conf.entries.map((entry) => {
    const ofFiles = envFilesOf(entry).flatMap((file) => envFiles.problems.get(file) ?? []);
    return [entry, [...(ofEntry.get(entry) ?? []), ...ofFiles]] as const;
  });
  return new Map(found.filter(([, problems]) => problems.length > 0));
}

/** The problems that stop a command: those of entries only if it needs one of them. */
export function neededProblems(problems: readonly Problem[], wrong: WrongEntries, needs: Needs): readonly Problem[] {
  if (typeof needs === 'string') return needs === 'all' ? problems : [];
  const isOfEntry = new Set([...wrong.values()].flat());
  const ofNeeded = new Set([...wrong].flatMap(([entry, found]) => (makes(entry, needs) ? found : [])));
  return problems.filter((problem) => !isOfEntry.has(problem) || ofNeeded.has(problem));
}

/** The entry may have any values. Its image may be one to build from, and the DNS has settings for all. */
function makes({ values }: RunConfEntry, { service, instance }: Exclude<Needs, string>): boolean {
  const { service: ofService, instance: ofInstance, build_args, platform, target } = values as Partial<EntryValues>;
  const isMeant = instance === undefined || typeof ofInstance !== 'string' || ofInstance === instance;
  const isDns = typeof ofService === 'string' && isDnsService(ofService);
  const isBuilt = [build_args, platform, target].some((value) => value !== undefined);
  return (ofService === service && isMeant) || isBuilt || isDns;
}
