import { isAbsolute, join, resolve } from 'node:path';
import type { Problem } from '../../errors.ts';
import { type SwitchName, switchNames, switchTable } from '../../switches.ts';
import type { MountSpec } from '../../model/desired.ts';
import { placeIn, type RunConfEntry } from '../conf/run-conf-entry.ts';
import type { Chosen } from './switches.ts';

export interface MountsInput {
  readonly project: string;
  readonly projectDirectory: string;
  readonly dataDirectory: string;
  readonly service: string;
  readonly instance: string;
  readonly entry: RunConfEntry | undefined;
  readonly switches: Readonly<Record<SwitchName, Chosen<boolean>>>;
}

export interface ResolvedMounts {
  readonly mounts: readonly MountSpec[];
  readonly problems: readonly Problem[];
}

const keeping = switchNames.flatMap((name) => {
  const { keeps } = switchTable[name];
  return keeps === undefined ? [] : [{ name, ...keeps }];
});

/** Names of an instance's own folders in the data directory. */
export const persistentFolders = keeping.filter(({ shared }) => shared !== true).map(({ folder }) => folder);

/** Folders of the data directory for what is persistent, then the `volumes` of run.conf. */
export function resolveMounts(input: MountsInput): ResolvedMounts {
  const { entry } = input;
  const written = volumesOf(entry).map((volume) => ({ ...volume, parsed: parseVolume(volume.text, input) }));
  const mounts = [...keptFolders(input), ...written.flatMap(({ parsed }) => ('mount' in parsed ? [parsed.mount] : []))];
  return {
    mounts: mounts.sort((a, b) => (a.target < b.target ? -1 : 1)),
    problems: [
      ...written.flatMap(({ parsed, where }) => ('problem' in parsed ? [{ where, ...parsed.problem }] : [])),
      ...repeatedTargets(mounts, entry),
    ],
  };
}

/** A shared folder is directly in the data directory, another in that of its instance. */
function keptFolders({ dataDirectory, service, instance, switches }: MountsInput): readonly MountSpec[] {
  return keeping
    .filter(({ name }) => switches[name].value)
    .map(({ folder, target, shared }) =>
      shared === true
        ? { kind: 'data', directory: join(dataDirectory, folder), target, shared }
        : { kind: 'data', directory: join(dataDirectory, `${service}_${instance}`, folder), target },
    );
}

function volumesOf(entry: RunConfEntry | undefined): readonly { readonly text: string; readonly where: string }[] {
  const volumes = entry?.values.volumes;
  if (entry === undefined || volumes === undefined) return [];
  const texts =
    typeof volumes === 'string'
      ? volumes
          .split(',')
          .map((text) => text.trim())
          .filter((text) => text !== '')
      : volumes;
  return texts.map((text, index) => ({
    text,
    where: placeIn(entry, typeof volumes === 'string' ? 'volumes' : `volumes.${String(index)}`),
  }));
}

type Parsed = { readonly mount: MountSpec } | { readonly problem: Pick<Problem, 'message' | 'suggestion'> };

function parseVolume(text: string, { project, projectDirectory }: MountsInput): Parsed {
  const [source = '', target, mode, ...rest] = text
    .replaceAll(/\$\{PROJECT_DIR\}|\$PROJECT_DIR\b/g, projectDirectory)
    .split(':');
  const variable = /\$\{?(\w+)/.exec(source)?.[1];
  if (variable !== undefined)
    return { problem: { message: `"${text}" names $${variable}; of variables only $PROJECT_DIR is known here` } };
  if (target === undefined || source === '' || rest.length > 0 || !['ro', 'rw', undefined].includes(mode)) {
    return {
      problem: {
        message: `"${text}" is not a volume`,
        suggestion: 'write it like "$PROJECT_DIR/conf:/conf", "/srv/x:/x:ro" or "name:/x"',
      },
    };
  }
  if (!target.startsWith('/'))
    return {
      problem: {
        message: `"${text}" is mounted on ${target}, which is not an absolute path`,
        suggestion: `write "${source}:/${target}"`,
      },
    };
  const readOnly = mode === 'ro';
  if (isAbsolute(source)) return { mount: { kind: 'bind', source, target, readOnly } };
  if (source.startsWith('.'))
    return { mount: { kind: 'bind', source: resolve(projectDirectory, source), target, readOnly } };
  if (!/^[a-zA-Z0-9][\w.-]*$/.test(source))
    return {
      problem: {
        message: `"${source}" is neither a path nor a name of a volume`,
        suggestion: `for a directory of the project write "./${source}:${target}"`,
      },
    };
  return { mount: { kind: 'volume', volume: `dockerops-${project}-${source}`, target, readOnly, lifetime: 'kept' } };
}

function repeatedTargets(mounts: readonly MountSpec[], entry: RunConfEntry | undefined): readonly Problem[] {
  const repeated = [
    ...new Set(
      mounts
        .filter(({ target }, index) => mounts.findIndex((other) => other.target === target) < index)
        .map(({ target }) => target),
    ),
  ];
  return repeated.map((target) => ({
    ...(entry === undefined ? {} : { where: placeIn(entry, 'volumes') }),
    message: `two things are mounted on ${target}`,
    suggestion: 'a persistent_… switch may be one of them',
  }));
}
