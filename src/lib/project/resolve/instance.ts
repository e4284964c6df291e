import type { InstanceSpec } from '../../model/desired.ts';
import type { RunConfEntry } from '../conf/run-conf-entry.ts';
import { resolveCommand } from './container/command.ts';
import { resolveMounts } from './container/mounts.ts';
import { instanceContext, type ResolveContext } from './context.ts';
import { checkEntry } from './entry-checks.ts';
import type { ExplainedVariable } from './environment/environment.ts';
import { resolveVariables } from './environment/instance-variables.ts';
import { resolveSecrets } from './environment/secrets.ts';
import { checkServiceIp } from './environment/service-ip.ts';
import { type Findings, gatherFindings } from './findings.ts';
import { instanceSpec } from './instance-spec.ts';
import { resolveLinks } from './network/links.ts';
import { resolveNetwork } from './network/network.ts';
import { resolvePorts } from './network/ports.ts';
import { resolveOrder } from './order.ts';
import type { Selected } from './select/selected.ts';
import type { ResolvedSwitches } from './switches.ts';

/** One instance as it is desired, with everything that there is to report about it. */
export interface ResolvedInstance extends Findings {
  readonly spec: InstanceSpec;
  /** The entry of run.conf that applies to it. */
  readonly entry: RunConfEntry | undefined;
  readonly variables: readonly ExplainedVariable[];
  readonly switches: ResolvedSwitches;
  /** Why nobody finds it by its names, although it is meant to be found. */
  readonly withoutNames: string | undefined;
}

/** Resolves one instance of a request. Throws nothing: what is missing or wrong comes with the result. */
export function resolveInstance(selected: Selected, project: ResolveContext): ResolvedInstance {
  const context = instanceContext(selected, project);
  const { entry, switches, image } = context;
  const links = resolveLinks(context);
  const secrets = resolveSecrets(context);
  const environment = resolveVariables(links, secrets, context);
  const ports = resolvePorts(environment.variables, context);
  const network = resolveNetwork(links, environment.variables, ports, context);
  const mounts = resolveMounts(secrets, context);
  const command = resolveCommand(context);
  const order = resolveOrder(links, context);
  const checks = checkEntry(mounts.mounts, context);
  const serviceIp = checkServiceIp(ports, environment, context);
  const steps = [
    switches,
    image,
    links,
    environment,
    ports,
    network,
    mounts,
    command,
    secrets,
    serviceIp,
    order,
    checks,
  ];
  return {
    spec: instanceSpec({ secrets, environment, ports, links, network, mounts, command, order }, context),
    entry,
    switches,
    variables: environment.variables,
    withoutNames: network.withoutNames,
    ...gatherFindings(steps),
  };
}
