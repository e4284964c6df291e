import type { Problem } from '../../errors.ts';
import { definedOnly } from '../../defined.ts';
import type { Desired, InstanceSpec, Owner } from '../../model/desired.ts';
import type { LoadedProject } from '../load-project.ts';
import { containerName, makeContext, type ResolveInput } from './context.ts';
import { cycleProblems } from './cycles.ts';
import { type Findings, gatherFindings } from './findings.ts';
import { foreignParentNotices } from './images/foreign-parents.ts';
import { resolveImages, type ResolvedImages } from './images/image-specs.ts';
import { resolveInstance, type ResolvedInstance } from './instance.ts';
import { keySpecs } from './keys.ts';
import { namedAsDns, needsUnknownDns, severalDns } from './network/dns.ts';
import { withoutNamesNotices } from './network/dns-notices.ts';
import { overrideNotices } from './environment/override-notice.ts';
import { serviceIpNotices } from './network/service-ip-notices.ts';
import { networkSpec } from './network/subnets.ts';
import { selectEntries } from './select/select-entries.ts';
import type { Selected } from './select/selected.ts';
import { sharedNameProblems } from './shared-names.ts';
import type { Selection } from './select/selection.ts';

export interface Resolution extends Findings {
  readonly desired: Desired;
  /** One for each of `desired.instances`, in the same order. */
  readonly instances: readonly ResolvedInstance[];
}

/**
 * From the project's files to the desired state, for the instances of a request. Pure. All problems and missing
 * variables come together; while there are any, `desired` must not be applied. Throws for an unknown service or group.
 */
export function resolveProject(input: ResolveInput): Resolution {
  const { project, request, environment } = input;
  const selection = select(input);
  const context = makeContext(input, selection.selected);
  const instances = selection.selected.map((selected) => resolveInstance(selected, context));
  const specs = instances.map(({ spec }) => spec);
  const network = networkSpec(project.place.name, environment);
  const images = imagesOf(selection.selected, specs, project);
  const checks = {
    problems: [
      ...severalDns(selection.selected, context.isDnsName),
      ...namedAsDns(selection.selected, context),
      ...sharedNameProblems(selection.selected, context.own),
      ...images.problems,
    ],
    lacksInterfaces: needsUnknownDns(specs, context.dns?.serviceIp),
  };
  const cycles = { problems: cycleProblems(specs) };
  const names = {
    notices: [
      ...withoutNamesNotices(instances.map(({ spec: { key }, withoutNames }) => ({ key, withoutNames }))),
      ...foreignParentNotices(images.images, project, input.observed.images),
      ...serviceIpNotices(instances),
      ...overrideNotices(instances.flatMap(({ variables }) => variables)),
    ],
  };
  const findings = gatherFindings([selection, network, checks, ...instances, cycles, names]);
  return {
    ...findings,
    problems: unique(findings.problems),
    notices: [...new Set(findings.notices)],
    instances,
    desired: definedOnly({
      owner: ownerOf(input),
      network: network.spec,
      keys: keySpecs(specs, input.existingKeys, context.dns?.zone),
      images: images.images,
      instances: specs,
      complete: request.target === 'all',
      notAutostarted: notAutostarted(selection, project),
    }),
  };
}

function select({ project, request, observed, newName }: ResolveInput): Selection {
  return selectEntries({
    project: project.place.name,
    conf: project.conf,
    services: project.services,
    servicesDirectory: project.place.servicesDirectory,
    request,
    observed,
    newName,
  });
}

/** `machine` is a getter, as computing it loads Node's crypto, which many commands do not need. */
function ownerOf({ project, facts: { client } }: Pick<ResolveInput, 'project' | 'facts'>): Owner {
  return {
    kind: 'project',
    name: project.place.name,
    path: project.place.directory,
    get machine() {
      return client.machine;
    },
  };
}

function imagesOf(
  selection: readonly Selected[],
  specs: readonly InstanceSpec[],
  project: LoadedProject,
): ResolvedImages {
  const fromRegistry = selection.flatMap(({ service, entry }, index) =>
    service.kind === 'image' || entry?.values.image !== undefined
      ? [{ service: service.name, reference: specs[index]?.image ?? '', platform: entry?.values.platform }]
      : [],
  );
  const built = selection.filter(({ entry }) => entry?.values.image === undefined).map(({ service }) => service);
  return resolveImages(built, fromRegistry, project);
}

/** Names of containers. */
function notAutostarted(selection: Selection, project: LoadedProject): Desired['notAutostarted'] {
  const names = selection.notAutostarted.map((key) => containerName(project, key));
  return names.length === 0 ? undefined : names;
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  const texts = problems.map((problem) => JSON.stringify(problem));
  return problems.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}
