import { cutAt } from '../../cut-text.ts';
import { label, type Labels } from '../../labels.ts';
import type { ImageSpec, Owner } from '../../model/desired.ts';
import { ownerLabels } from '../ownership.ts';

/**
 * The tags of a built image: its reference, and a second one with its hash, which stays when the first is moved
 * (`demo/one:h-0123456789ab`).
 */
export function tagsOf(image: ImageSpec): readonly string[] {
  const { inputHash } = image;
  const reference = nameOf(image.reference) === image.reference ? `${image.reference}:latest` : image.reference;
  return inputHash === undefined ? [reference] : [reference, tagOfHash(reference, inputHash)];
}

/** The tag of a build, whatever was built since. */
export function tagOfHash(reference: string, inputHash: string): string {
  return `${nameOf(reference)}:h-${inputHash.replace(/^.*:/, '').slice(0, 12)}`;
}

function nameOf(reference: string): string {
  const nameStart = reference.lastIndexOf('/') + 1;
  return reference.slice(0, nameStart) + cutAt(reference.slice(nameStart), ':');
}

/** All labels are written, also those without a value: a parent's would be inherited otherwise. */
export function labelsOf(image: ImageSpec, owner: Owner): Labels {
  return {
    ...ownerLabels(owner),
    [label.service]: image.service,
    [label.sourceHash]: image.inputHash ?? '',
  };
}
