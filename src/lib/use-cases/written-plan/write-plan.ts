import { basename } from 'node:path';
import { OperationFailed } from '../../errors.ts';
import { canonicalReference } from '../../image-reference.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Desired, InstanceSpec } from '../../model/desired.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import type { RunRequest } from '../../model/run-request.ts';
import { isSameOwner } from '../../plan/ownership.ts';
import type { Operation } from '../../plan/operation.ts';
import type { Plan } from '../../plan/plan.ts';
import { specLabel } from '../../plan/spec/spec-hash.ts';
import { showTemplate } from '../../plan/plan-text.ts';
import { generateName } from '../generate-name.ts';
import type { ObservedProject } from '../open-project.ts';
import { previewDesired, type DesiredPreview, type RunChoices } from '../run-instances.ts';
import { hashOf, planFileVersion, writePlanFile, type PlanFile } from './plan-file.ts';

export interface PlanToWrite {
  readonly path: string;
  readonly version: string;
  readonly request: RunRequest;
  readonly choices: RunChoices;
}

/** Computes what a run would do, and writes it for review. Blockers are never written. */
export async function writePlan(
  opened: ObservedProject,
  { path, version, request, choices }: PlanToWrite,
  warn: (text: string) => void,
): Promise<Plan> {
  const newName = generateName();
  const previewed = await previewDesired(
    { opened, request, warn, ask: async () => ({}), newName: () => newName },
    choices,
  );
  if (previewed.plan.blockers.length > 0) return previewed.plan;
  refuseUnknown(previewed.plan);
  writePlanFile(path, {
    plan: planFileVersion,
    dockerops: version,
    owner: { ...opened.owner },
    conf: basename(opened.project.conf.file),
    request,
    choices,
    newName,
    ...factsOf(previewed),
  });
  return previewed.plan;
}

/** What a plan says and what it was computed against: equal for the same plan. */
export function factsOf({
  plan,
  observed,
  desired,
}: DesiredPreview): Pick<PlanFile, 'hosts' | 'observed' | 'desired' | 'operations' | 'verdicts' | 'warnings'> {
  return {
    hosts: { local: observed.engine.id },
    observed: observedHashes(observed, desired),
    desired: hashOf(canonicalJson(desiredFacts(desired))),
    operations: plan.operations.map(writtenOperation),
    verdicts: plan.verdicts,
    warnings: plan.warnings,
  };
}

/** The rest of such a plan is known only when they are here. */
function refuseUnknown({ operations }: Plan): void {
  if (/<[^<>]+ of host [^<>]+>/.test(JSON.stringify(operations)))
    throw new OperationFailed('a plan with addresses of the host that are not known yet cannot be written', {
      code: 'ADDRESSES_UNKNOWN',
      suggestions: ['write the address itself in place of the name of the interface: SERVICE_IP=<address>'],
    });
  const pulls = operations.flatMap((operation) => (operation.kind === 'pull-image' ? [operation.reference] : []));
  if (pulls.length === 0) return;
  throw new OperationFailed('a plan with images that are not here yet cannot be written', {
    code: 'IMAGES_TO_PULL',
    problems: pulls.map((reference) => ({ where: reference, message: 'has to be pulled before' })),
    suggestions: pulls.map((reference) => `docker pull ${reference}`),
  });
}

/** Everything of the owner on the engine, and the images that it desires. */
function observedHashes(
  { containers, images, networks }: ObservedState,
  { owner, images: specs }: Desired,
): PlanFile['observed'] {
  const own = containers.filter(({ ownership }) => ownership !== undefined && isSameOwner(ownership.owner, owner));
  const names = new Set(specs.map(({ reference }) => canonicalReference(reference)));
  const facts = [
    ...own.map(({ name, id, imageId, state }) => [`container ${name}`, [id, imageId, state]] as const),
    ...images.flatMap(({ id, references }) =>
      references
        .filter((reference) => names.has(canonicalReference(reference)))
        .map((reference) => [`image ${reference}`, id] as const),
    ),
    ...networks
      .filter(({ name }) => name === `dockerops-${owner.name}`)
      .map(({ name, id }) => [`network ${name}`, id] as const),
  ];
  const sorted = facts.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, value]) => [name, hashOf(canonicalJson(value))]));
}

function desiredFacts({ instances, images, network }: Desired): unknown {
  return {
    network,
    instances: instances.map(specLabel),
    images: images.map(({ reference, inputHash, pin }) => ({ reference, inputHash, pin })),
  };
}

/** Values of secrets by name: they are filled in when the plan is applied. */
function writtenOperation(operation: Operation): object {
  return {
    ...operation,
    ...('spec' in operation ? { spec: writtenSpec(operation.spec) } : {}),
    ...(operation.kind === 'build-image' ? { image: withoutArguments(operation.image) } : {}),
    ...('labels' in operation ? { labels: writtenTexts(operation.labels) } : {}),
  };
}

function writtenSpec(spec: InstanceSpec): object {
  return {
    ...spec,
    environment: spec.environment.map(({ name, value, secret }) => ({
      name,
      value: secret ? { variable: name } : showTemplate(value),
    })),
    files: spec.files.map(({ path, mode, uid, gid }) => ({ path, mode, uid, gid, content: { secret: path } })),
  };
}

function withoutArguments(image: Extract<Operation, { kind: 'build-image' }>['image']): object {
  if (image.source.kind !== 'folder') return image;
  const { buildArgs, ...source } = image.source;
  return { ...image, source: { ...source, buildArgs: Object.keys(buildArgs).map((name) => ({ variable: name })) } };
}

function writtenTexts(texts: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, Array.isArray(text) ? showTemplate(text) : text]),
  );
}
