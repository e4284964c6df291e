import type { Problem } from '../../errors.ts';
import type { Desired, EnvironmentVariable, ImageSpec, InstanceSpec, PortSpec } from '../../model/desired.ts';
import type { ServiceEntry } from '../../model/service-entry.ts';
import { isSecretName } from '../../model/secret-name.ts';
import { isSecretValue } from '../../model/secret-text.ts';
import { checkProblem, type NodeOwner } from '../../plan/node/registration.ts';
import { expand } from './expand.ts';
import type { DesiredService } from './desired-state.ts';

export interface NodeFacts {
  readonly owner: NodeOwner;
  readonly consulHost: string;
  /** Under which published ports are reached; empty while Consul has not answered. */
  readonly address: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `80/tcp`, of an image; undefined while the engine does not have it. */
  readonly exposed: (image: string) => readonly string[] | undefined;
}

/** The desired services in the planner's terms. */
export interface ResolvedNode {
  readonly desired: Desired;
  readonly entries: readonly ServiceEntry[];
  /** Why a service cannot run, by service. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
  /** Services whose ports are those of an image that has to be pulled first. */
  readonly undecided: ReadonlyMap<string, ImageSpec>;
}

/** Consul as a service of the node is not registered in itself. */
const unregistered = 'consul';
/** The right to write keys of a node must not give access to the operator's own credentials. */
const credentials = /^(?:CONSUL_HTTP_(?:TOKEN|AUTH)|OPERATOR_TOKEN)/;

/** From definitions to specs: expands variables, takes ports from images, adds the variables of every service. Pure. */
export function resolveNode(services: readonly DesiredService[], facts: NodeFacts): ResolvedNode {
  const { owner } = facts;
  const problems = new Map<string, readonly Problem[]>();
  const undecided = new Map<string, ImageSpec>();
  const instances: InstanceSpec[] = [];
  const entries: ServiceEntry[] = [];
  for (const service of services) {
    const { variables, missing } = environmentOf(service, facts);
    const ports = service.definition.ports ?? exposedPorts(facts.exposed(service.definition.image));
    const found = [...missing, ...checkProblems(service, ports)];
    if (found.length > 0) problems.set(service.name, found);
    else if (ports === undefined) undecided.set(service.name, imageSpec(service));
    else instances.push(instanceSpec(service, variables, ports));
    if (found.length === 0 && ports !== undefined && service.name !== unregistered)
      entries.push(entryOf(service, ports, facts));
  }
  const desired = { owner, keys: [], images: services.map(imageSpec), instances, complete: true };
  return { desired, entries, problems, undecided };
}

/** Registered without the check, the service would look healthy. */
function checkProblems({ name, where, definition }: DesiredService, ports: readonly PortSpec[] | undefined): Problem[] {
  if (ports === undefined || name === unregistered) return [];
  return definition.checks.flatMap((check, index) => {
    const problem = checkProblem(check, ports);
    const suggestion = 'add the port to "ports", or give a whole address: "http://host:8080/health", "host:8080"';
    return problem === undefined ? [] : [{ where, message: `checks.${String(index)}: ${problem}`, suggestion }];
  });
}

function imageSpec({ name, definition }: DesiredService): ImageSpec {
  return { reference: definition.image, service: name, source: { kind: 'registry' }, parents: [] };
}

/** The engine picks the ports of the host. */
function exposedPorts(exposed: readonly string[] | undefined): readonly PortSpec[] | undefined {
  return exposed
    ?.flatMap((text): readonly PortSpec[] => {
      const [, port, protocol = 'tcp'] = /^(\d+)(?:\/(tcp|udp))?$/.exec(text) ?? [];
      return port === undefined ? [] : [{ container: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp' }];
    })
    .sort((a, b) => a.container - b.container || (a.protocol < b.protocol ? -1 : 1));
}

function environmentOf(
  { name, where, definition }: DesiredService,
  { owner, consulHost, environment }: NodeFacts,
): { readonly variables: readonly EnvironmentVariable[]; readonly missing: readonly Problem[] } {
  const own = { SERVICENAME: name, NODE: owner.name, CONSULHOST: consulHost };
  const given = Object.fromEntries(Object.entries(environment).filter(([variable]) => !credentials.test(variable)));
  const expanded = Object.entries(definition.environment).map(([variable, text]) => ({
    variable,
    ...expand(text, given),
  }));
  const missing = expanded.flatMap((each) =>
    each.missing.map((absent): Problem => missingVariable(where, each.variable, absent)),
  );
  const values = { ...Object.fromEntries(expanded.map(({ variable, text }) => [variable, text])), ...own };
  // A URL that contains $DB_PASSWORD is as secret as that.
  const secrets = new Set(expanded.filter(({ names }) => names.some(isSecretName)).map(({ variable }) => variable));
  const variables = Object.entries(values).map(([variable, value]) => ({
    name: variable,
    value: [value],
    secret: isSecretValue(variable, value) || (secrets.has(variable) && !Object.hasOwn(own, variable)),
  }));
  return { variables: variables.sort((a, b) => (a.name < b.name ? -1 : 1)), missing };
}

function missingVariable(where: string, variable: string, absent: string): Problem {
  if (credentials.test(absent))
    return {
      where,
      message: `env ${variable} needs $${absent}, which only the operator may use`,
      suggestion: 'give the service a token of its own, in a variable of another name',
    };
  return {
    where,
    message: `env ${variable} needs $${absent}, which the operator's environment does not have`,
    suggestion: `start the operator with ${absent}=…, or write $$${absent} for the dollar sign itself`,
  };
}

function instanceSpec(
  { name, where, definition }: DesiredService,
  environment: readonly EnvironmentVariable[],
  ports: readonly PortSpec[],
): InstanceSpec {
  const { image, command, mounts, labels, restart } = definition;
  return {
    key: name,
    container: name,
    service: name,
    instance: name,
    type: 'standard',
    image,
    hostname: name,
    ...(command === undefined ? {} : { command }),
    environment,
    files: [],
    network: { mode: 'bridge' },
    ports,
    mounts,
    runtime: { restart },
    labels,
    lease: 'none',
    placement: { kind: 'engine' },
    after: [],
    sleepSeconds: 0,
    origins: Object.fromEntries(
      ['image', 'ports', 'environment', 'runtime', 'mounts', 'labels', 'command'].map((field) => [
        field,
        { source: 'Consul', where } as const,
      ]),
    ),
  };
}

function entryOf(
  { name, definition: { tags, checks } }: DesiredService,
  ports: readonly PortSpec[],
  { owner: { name: node, prefix = '' }, address }: NodeFacts,
): ServiceEntry {
  return { id: `${node}/${name}`, node, prefix, name, address, ports, tags, checks };
}
