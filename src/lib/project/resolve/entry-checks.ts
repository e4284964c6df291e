import type { Problem } from '../../errors.ts';
import type { MountSpec } from '../../model/desired.ts';
import { placeIn, type RunConfEntry } from '../conf/run-conf-entry.ts';
import { healthcheckProblems } from './container/healthcheck.ts';
import { labelProblems } from './container/labels.ts';
import type { InstanceContext } from './context.ts';
import type { Findings } from './findings.ts';
import { isAutostarted } from './select/autostart.ts';

/** What the schema of run.conf cannot see in an entry, and what an entry sets without effect. */
export function checkEntry(
  mounts: readonly MountSpec[],
  context: InstanceContext,
): Pick<Findings, 'problems' | 'notices'> {
  const { entry } = context;
  if (entry === undefined) return { problems: interactiveProblems(context), notices: [] };
  return {
    problems: [...healthcheckProblems(entry), ...labelProblems(entry), ...interactiveProblems(context)],
    notices: [...safemodeNotices(entry, context), ...remoteMountNotices(mounts, context)],
  };
}

/** One that was started by name has a terminal, so `run:all` leaves it alone; a group would start it among others. */
function interactiveProblems({ key, entry, switches, request, selection }: InstanceContext): readonly Problem[] {
  const { value, origin } = switches.switches.interactive;
  if (!value || (request.target === 'service' && selection.length === 1)) return [];
  if (request.target !== 'group' && entry !== undefined && !isAutostarted(entry)) return [];
  return [
    {
      where: origin.source === 'instance type' ? typePlace(entry) : (origin.where ?? origin.source),
      message: `${key} is interactive, and only one instance at a time can have the terminal`,
      suggestion: `set "autostart": false in its entry and run it alone, or set "interactive": false`,
    },
  ];
}

/** The place that says the type: the key for it, or the name of the instance. */
function typePlace(entry: RunConfEntry | undefined): string {
  if (entry === undefined) return 'instance type';
  return placeIn(entry, entry.values.instance_type === undefined ? 'instance' : 'instance_type');
}

function safemodeNotices(entry: RunConfEntry, { image }: InstanceContext): readonly string[] {
  if (entry.values.safemode !== true || image.base !== undefined) return [];
  const place = placeIn(entry, 'safemode');
  return [`${place}: safemode has no effect, since ${image.reference} is not built on a base image`];
}

/** A directory of the project is on this machine, and the engine mounts one of its own host. */
function remoteMountNotices(mounts: readonly MountSpec[], { key, facts, project }: InstanceContext): readonly string[] {
  const { directory } = project.place;
  if (facts.local) return [];
  return mounts.flatMap((mount) =>
    mount.kind === 'bind' && (mount.source === directory || mount.source.startsWith(`${directory}/`))
      ? [`${key} mounts ${mount.source} of host ${facts.hostname}, not of this machine`]
      : [],
  );
}
