import type { Problem } from '../errors.ts';
import { clashes, portText } from '../plan/instance/ports.ts';
import type { PortSpec } from '../model/desired.ts';
import type { ResolvedInstance } from '../project/resolve/instance.ts';
import { placeIn } from '../project/conf/run-conf-entry.ts';
import { isAutostarted } from '../project/resolve/select/autostart.ts';

interface Published {
  readonly port: PortSpec;
  readonly by: ResolvedInstance;
}

/**
 * Host ports that two entries would publish when run:all runs them, by the rule of the plan. Groups may run on
 * different hosts, so only entries of the same group (or of none) are compared. Each pair of entries is reported once.
 */
export function portProblems(instances: readonly ResolvedInstance[]): readonly Problem[] {
  const held: Published[] = [];
  return instances.filter(isCompared).flatMap((by) => {
    const found = new Map<ResolvedInstance, Problem>();
    for (const port of by.spec.ports) {
      const holder = held.find(
        (other) => other.by.entry?.values.group === by.entry?.values.group && clashes(port, other.port),
      );
      if (holder !== undefined && !found.has(holder.by)) found.set(holder.by, problem({ port, by }, holder));
      held.push({ port, by });
    }
    return [...found.values()];
  });
}

/** The ports of an instance are unknown while the address to publish on is missing. */
function isCompared({ entry, missing }: ResolvedInstance): boolean {
  return (
    entry !== undefined &&
    isAutostarted(entry) &&
    !missing.some(({ name }) => name === 'SERVICE_IP' || name === 'PUBLISH_ON_IP')
  );
}

function problem(published: Published, holder: Published): Problem {
  const other = `${holder.by.spec.key} (${placeOf(holder)})`;
  return {
    where: placeOf(published),
    message: `port ${portText(published.port)} is already published by ${other}`,
    suggestion: 'give one of them a different port or PUBLISH_ON_IP, or "autostart": false',
  };
}

/** Place of the key that publishes the port. */
function placeOf({ port, by: { entry } }: Published): string {
  if (entry === undefined) return '';
  const isSsh = port.container === 22 && entry.values.publish_ssh_on !== undefined;
  const key = [...(isSsh ? ['publish_ssh_on'] : []), 'ports', 'publish_ports', 'instance_type', 'instance'].find(
    (each) => entry.places[each] !== undefined,
  );
  return placeIn(entry, key ?? '');
}
