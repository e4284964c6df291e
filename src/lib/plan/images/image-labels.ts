import { label, type Labels } from '../../labels.ts';
import type { ImageSpec, Owner } from '../../model/desired.ts';
import { ownerLabels } from '../ownership.ts';

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
    ...ownerLabels(owner),
    [label.service]: image.service,
    [label.sourceHash]: image.inputHash ?? '',
  };
}
