import { definedOnly } from '../../defined.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { ResolvedCommand } from './container/command.ts';
import { resolveHealthcheck } from './container/healthcheck.ts';
import { resolveLabels } from './container/labels.ts';
import type { ResolvedMounts } from './container/mounts.ts';
import { resolveRuntime } from './container/runtime.ts';
import { sshFiles } from './container/ssh-files.ts';
import type { InstanceContext } from './context.ts';
import { fromEnvironment } from './environment/from-environment.ts';
import type { ResolvedEnvironment } from './environment/environment.ts';
import type { ResolvedSecrets } from './environment/secrets.ts';
import { linkHosts } from './network/link-hosts.ts';
import type { ResolvedLinks } from './network/links.ts';
import type { ResolvedPorts } from './network/ports.ts';
import type { ResolvedNetwork } from './network/resolved-network.ts';
import type { ResolvedOrder } from './order.ts';
import { originsOf } from './origins.ts';

/** Results of the steps of one instance. */
export interface Steps {
  readonly secrets: ResolvedSecrets;
  readonly environment: ResolvedEnvironment;
  readonly ports: ResolvedPorts;
  readonly links: ResolvedLinks;
  readonly network: ResolvedNetwork;
  readonly mounts: ResolvedMounts;
  readonly command: ResolvedCommand;
  readonly order: ResolvedOrder;
}

/** The spec of an instance, put together from its steps. Its length is that of the spec: every member is one line. */
export function instanceSpec(steps: Steps, context: InstanceContext): InstanceSpec {
  const { secrets, environment, ports, links, network, mounts, command, order } = steps;
  const { selected, entry, key, container, switches, image } = context;
  return definedOnly({
    key,
    container,
    service: selected.service.name,
    instance: selected.instance,
    type: switches.type.value,
    image: image.reference,
    hostname: entry?.values.hostname ?? network.hostname,
    entrypoint: command.entrypoint,
    command: command.command,
    environment: environment.variables.map(({ name, value, secret }) => ({ name, value, secret })),
    files: [...sshFiles(context), ...network.files, ...secrets.files],
    network: network.network,
    ports: ports.ports,
    mounts: mounts.mounts,
    runtime: resolveRuntime(mounts.tmpfs, linkHosts(links, environment.variables, network.network), context),
    healthcheck: resolveHealthcheck(entry?.values.healthcheck),
    // A job with a terminal ends when its user leaves it, and the terminal is attached only once the run is done.
    wait: switches.switches.interactive.value ? undefined : entry?.values.wait,
    labels: resolveLabels(context),
    // The names of a job would lead nowhere when it has ended.
    lease: entry?.values.wait === undefined ? network.lease : 'none',
    placement: { kind: 'engine' },
    after: order.after,
    sleepSeconds: entry?.values.sleep ?? 0,
    fromEnvironment: fromEnvironment(environment.variables, secrets.fromEnvironment, context.sources.environment),
    origins: originsOf(steps, context),
  });
}
