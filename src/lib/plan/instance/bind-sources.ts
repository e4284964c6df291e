import type { InstanceSpec, MountSpec } from '../../model/desired.ts';
import { quoteWords } from '../../shell-words.ts';
import type { RunContext } from '../context.ts';
import type { Blocker } from '../plan.ts';

type Bind = Extract<MountSpec, { kind: 'bind' }>;

/** Refuses instances whose mounted paths do not exist, before anything is stopped for them. */
export function checkSources({ facts, desired, builder }: RunContext, made: readonly InstanceSpec[]): void {
  const missing = new Set(facts.missingSources);
  for (const spec of made) {
    for (const mount of spec.mounts) {
      if (mount.kind === 'bind' && missing.has(mount.source) && !mayBeMade(mount.source, desired.instances))
        builder.blockers.push(blocker(spec, mount));
    }
  }
}

/** True below a directory that an instance can write to: the path may exist when it is mounted. */
function mayBeMade(source: string, instances: readonly InstanceSpec[]): boolean {
  return instances.some(({ mounts }) =>
    mounts.some((mount) => {
      const directory =
        mount.kind === 'data' ? mount.directory : mount.kind === 'bind' && !mount.readOnly ? mount.source : undefined;
      return directory !== undefined && source.startsWith(`${directory}/`);
    }),
  );
}

function blocker({ key, origins }: InstanceSpec, { source, target }: Bind): Blocker {
  const where = origins['mounts']?.where;
  const place = where === undefined ? '' : `${where}: `;
  return {
    subject: key,
    message: `${place}${key} mounts ${source} on ${target}, but ${source} does not exist`,
    suggestions: [`create it: mkdir -p ${quoteWords([source])}`, 'or correct "volumes" in run.conf'],
  };
}
