import { DockeropsError } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { PortSpec } from '../../model/desired.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { gatherHostFacts } from '../../observe/host-facts.ts';
import { nothingObserved } from '../../observe/observe.ts';
import { resolveProject, type Resolution } from '../../project/resolve/resolve.ts';
import { withRecordedAddresses } from '../facts/recorded-addresses.ts';
import type { ObservedProject } from '../open-project.ts';

/** Undefined if run.conf does not even tell which instances there are; `plan` and `run` report its problems. */
export async function resolveForDrift(
  opened: ObservedProject,
  containers: readonly ObservedContainer[],
): Promise<Resolution | undefined> {
  const { project, client, environment, keys } = opened;
  const observed = stateFromContainers(containers);
  const resolveWith = (facts: HostFacts): Resolution =>
    resolveProject({
      project,
      facts,
      environment,
      observed,
      existingKeys: keys.existing(),
      newName: () => '',
      request: { target: 'all', switches: {} },
    });
  try {
    // The facts of the host are needed only if a value is the address of one of its interfaces.
    const first = resolveWith({ local: false, hostname: '', client });
    return first.lacksInterfaces ? resolveWith(await hostFacts(opened, resolveWith, containers)) : first;
  } catch (error) {
    if (error instanceof DockeropsError) return undefined;
    throw error;
  }
}

/**
 * Asks the engine for its host name only if it may be this machine: the socket of Docker Desktop is here, but its host
 * is another.
 */
async function hostFacts(
  { engine, client }: ObservedProject,
  resolveWith: (facts: HostFacts) => Resolution,
  containers: readonly ObservedContainer[],
): Promise<HostFacts> {
  const { hostname } = engine.address.startsWith('unix:') ? await engine.facts() : { hostname: '' };
  const facts = gatherHostFacts(engine.address, { hostname }, client);
  return withRecordedAddresses(facts, resolveWith(facts), containers);
}

/** The images as far as containers tell them: labels, and for running containers exposed ports. */
function stateFromContainers(containers: readonly ObservedContainer[]): ObservedState {
  const images = containers.map((container) => {
    const { imageId, labels, created, ports } = container;
    return {
      id: imageId,
      references: [labels[label.image] ?? ''],
      labels,
      created,
      exposed: [...ports, ...portsOf(container)].map(({ container: port, protocol }) => `${String(port)}/${protocol}`),
    };
  });
  return { ...nothingObserved, containers, images };
}

/** Ports that were published when it was created; known also while it is stopped. */
function portsOf({ ownership }: ObservedContainer): readonly PortSpec[] {
  return ownership?.spec.ports ?? [];
}
