import { cutAt } from '../../cut-text.ts';
import { label, type Labels } from '../../labels.ts';
import type { ImageSpec, Owner } from '../../model/desired.ts';
import { ownerLabels } from '../ownership.ts';

/**
 * The tags of a built image: its reference, and a second one with its hash, which stays when the first is moved
 * (`demo/one:h-0123456789ab`).
 */
export function tagsOf(image: ImageSpec): readonly string[] {
  const nameStart = image.reference.lastIndexOf('/') + 1;
  const name = image.reference.slice(0, nameStart) + cutAt(image.reference.slice(nameStart), ':');
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
