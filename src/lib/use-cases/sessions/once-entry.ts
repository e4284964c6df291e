import { UserError } from '../../errors.ts';
import type { RunConfEntry } from '../../project/conf/run-conf-entry.ts';
import type { LoadedProject } from '../../project/load-project.ts';
import { switchNames, switchTable, type SetSwitches } from '../../switches.ts';

export interface OnceRequest {
  readonly service: string;
  /** Instance whose entry of run.conf applies; undefined: the entry without a name, or the only one. */
  readonly like?: string;
  readonly command: readonly string[];
}

/** A one-off instance publishes nothing and keeps nothing, but mounts the folders that instances share. */
export const onceSwitches: SetSwitches = {
  publish_ports: false,
  interactive: false,
  ...Object.fromEntries(switchNames.filter(keepsOwnFolder).map((name) => [name, false])),
};

function keepsOwnFolder(name: keyof typeof switchTable): boolean {
  const { keeps } = switchTable[name];
  return keeps !== undefined && keeps.shared !== true;
}

/** The project with one more entry: that of the service, for a one-off instance of this name. */
export function withOnceEntry(project: LoadedProject, request: OnceRequest, name: string): LoadedProject {
  const entry = findEntry(project, request);
  if (entry === undefined) return project;
  const { ports: _, ...values } = entry.values;
  const own = { ...entry, values: { ...values, instance: name } };
  return { ...project, conf: { ...project.conf, entries: [...project.conf.entries, own] } };
}

function findEntry({ conf }: LoadedProject, { service, like }: OnceRequest): RunConfEntry | undefined {
  const entries = conf.entries.filter(({ values }) => values.service === service);
  const found = like === undefined ? defaultEntry(entries) : entries.find(({ values }) => values.instance === like);
  if (found !== undefined || entries.length === 0) return found;
  const what =
    like === undefined
      ? `${conf.file} has several entries for ${service}; which one applies?`
      : `${conf.file} has no entry for instance ${like} of ${service}`;
  const names = entries.flatMap(({ values }) => values.instance ?? []);
  throw new UserError(what, { code: 'WHICH_ENTRY', suggestions: names.map((each) => `--instance ${each}`) });
}

function defaultEntry(entries: readonly RunConfEntry[]): RunConfEntry | undefined {
  const unnamed = entries.find(({ values }) => typeof values.instance !== 'string');
  return unnamed ?? (entries.length === 1 ? entries[0] : undefined);
}
