import type { Origin } from '../../model/desired.ts';
import { switchNames, switchTable } from '../../switches.ts';
import { placeIn, type EntryValues } from '../conf/run-conf-entry.ts';
import type { ResolvedCommand } from './container/command.ts';
import type { InstanceContext } from './context.ts';
import type { ResolvedEnvironment } from './environment/environment.ts';
import type { ResolvedSecrets } from './environment/secrets.ts';

type Origins = readonly (readonly [string, Origin])[];

/** Keys of run.conf, and the path in the spec of what each decides. Of two with one path the last one set counts. */
const fields: readonly (readonly [keyof EntryValues, string])[] = [
  ['links', 'network.links'],
  ['depends_on', 'after'],
  ['ports', 'ports'],
  ['volumes', 'mounts'],
  ['hostname', 'hostname'],
  ['image', 'image'],
  ['healthcheck', 'healthcheck'],
  ['labels', 'labels'],
  ['mem_limit', 'runtime.memoryBytes'],
  ['cpus', 'runtime.cpus'],
  ['restart', 'runtime.restart'],
  ['network_mode', 'network.mode'],
  ['nethost', 'network.mode'],
];

interface OriginSteps {
  readonly environment: ResolvedEnvironment;
  readonly command: ResolvedCommand;
  readonly secrets: ResolvedSecrets;
}

/** Where the values of an instance come from, by their path in its spec. */
export function originsOf(
  { environment, command, secrets }: OriginSteps,
  context: InstanceContext,
): Readonly<Record<string, Origin>> {
  return Object.fromEntries([
    ['type', context.switches.type.origin],
    ...switchOrigins(context),
    ...writtenOrigins(context),
    ...(command.origin === undefined ? [] : [['command', command.origin] as const]),
    ...environment.variables.map(({ name, origin }) => [`environment.${name}`, origin] as const),
    ...Object.entries(secrets.origins),
  ]);
}

function switchOrigins({ switches }: InstanceContext): Origins {
  return switchNames.flatMap((name) => {
    const { decides, keeps } = switchTable[name];
    const paths = [decides, keeps === undefined ? undefined : `mounts.${keeps.target}`];
    return paths.flatMap((path) => (path === undefined ? [] : [[path, switches.switches[name].origin] as const]));
  });
}

function writtenOrigins({ entry }: InstanceContext): Origins {
  if (entry === undefined) return [];
  return fields
    .filter(([key]) => entry.places[key] !== undefined)
    .map(([key, path]) => [path, { source: 'run.conf', where: placeIn(entry, key) }]);
}
