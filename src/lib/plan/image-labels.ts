import { label, type Labels } from '../labels.ts';
import type { ImageSpec, Owner } from '../project/project.ts';

/**
 * How a built image is named and marked: by its reference, and by a second tag with its hash that stays when the first
 * moves on (`demo/one:h-0123456789ab`).
 */
export function tagsOf(image: ImageSpec): readonly string[] {
  const [name = ''] = image.reference.split(/:(?=[^/]*$)/);
  const digits = image.inputHash?.replace(/^.*:/, '').slice(0, 12);
  const reference = name === image.reference ? `${name}:latest` : image.reference;
  return digits === undefined ? [reference] : [reference, `${name}:h-${digits}`];
}

/** All labels are written, also those without a value: a parent's would be inherited otherwise. */
export function labelsOf(image: ImageSpec, owner: Owner): Labels {
  return {
    ...(owner.kind === 'project' && { [label.project]: owner.name, [label.path]: owner.path, [label.machine]: owner.machine }),
    ...(owner.kind === 'node' && { [label.node]: owner.name }),
    ...(owner.kind === 'server' && { [label.server]: owner.name }),
    [label.service]: image.service,
    [label.sourceHash]: image.inputHash ?? '',
  };
}
