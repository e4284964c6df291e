import { label, ownerIn, type Labels } from '../../labels.ts';
import type { InstanceSpec, MountSpec } from '../../model/desired.ts';
import type { ObservedVolume } from '../../model/observed-state.ts';
import type { RunContext } from '../context.ts';
import { isLabelledAs, ownerLabels, ownerText } from '../ownership.ts';

type VolumeMount = Extract<MountSpec, { kind: 'volume' }>;

/**
 * The named volumes of an instance: created where they are missing, and used only if the owner made them, by their
 * labels. One without our labels was made by hand under the name that we would give it, for example with a driver of
 * its own, and is used. Returns what the container waits for.
 */
export function planVolumes(spec: InstanceSpec, cause: string, context: RunContext): readonly string[] {
  return spec.mounts
    .filter((mount) => mount.kind === 'volume')
    .flatMap((mount) => {
      const existing = context.observed.volumes.find(({ name }) => name === mount.volume);
      if (existing === undefined) return [createVolume(mount, spec, cause, context)];
      checkOwner(existing, spec, context);
      return [];
    });
}

function createVolume(
  { volume, lifetime }: VolumeMount,
  spec: InstanceSpec,
  cause: string,
  { builder, owner }: RunContext,
): string {
  const id = `volume ${volume}`;
  if (builder.has(id)) return id;
  const instance = lifetime === 'instance' ? { [label.service]: spec.service, [label.instance]: spec.instance } : {};
  return builder.add({
    id,
    kind: 'create-volume',
    subject: spec.key,
    cause,
    needs: [],
    volume,
    labels: { ...ownerLabels(owner), ...instance },
  });
}

function checkOwner({ name, labels }: ObservedVolume, spec: InstanceSpec, context: RunContext): void {
  const { builder, owner } = context;
  const holder = ownerIn(labels);
  if (isLabelledAs(owner, labels)) return;
  if (holder === undefined) {
    if (owner.kind === 'project') warnOnce(`volume ${name} was not made by dockerops; it is used unchanged`, context);
  } else if (isLeft(labels, context)) {
    warnOnce(
      `volume ${name} was made by ${ownerText(holder)}, which no longer exists; it is used here with its data`,
      context,
    );
  } else {
    builder.blockers.push({
      subject: spec.key,
      message: `volume ${name} belongs to ${ownerText(holder)}`,
      suggestions: suggestionsFor(labels, context),
    });
  }
}

function warnOnce(text: string, { builder }: RunContext): void {
  if (!builder.warnings.includes(text)) builder.warnings.push(text);
}

/** Made by this project in a directory of this machine that was moved or removed since: nobody else can need it. */
function isLeft(labels: Labels, { owner, facts }: RunContext): boolean {
  const path = labels[label.path];
  return (
    owner.kind === 'project' &&
    labels[label.project] === owner.name &&
    path !== undefined &&
    facts.goneDirectories?.includes(path) === true
  );
}

function suggestionsFor(labels: Labels, { owner }: RunContext): readonly string[] {
  if (owner.kind !== 'project') return ['use another volume name'];
  if (labels[label.project] !== owner.name)
    return [
      'give the volume another name in run.conf',
      'or use another project name: --project NAME (or PROJECT_NAME)',
    ];
  return [
    'use another name for this copy: --project NAME (or PROJECT_NAME)',
    `or run it with that data in ${labels[label.path] ?? ''}`,
  ];
}
