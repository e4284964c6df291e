import { createHash } from 'node:crypto';
import type { InstanceSpec } from '../../model/desired.ts';
import { labelledSpec, printSpecLabel } from '../../model/labelled-spec.ts';

/** Raised when the same instance gets another hash; an upgrade alone must never replace a container. */
export const specVersion = '1';

/** The value of the label that keeps the spec, so that a later comparison can name the field that differs. */
export function specLabel(spec: InstanceSpec): string {
  return printSpecLabel(labelledSpec(spec));
}

/** 32 hex digits. Equal hashes of one version mean: nothing to do. */
export function specHash(spec: InstanceSpec): string {
  return createHash('sha256')
    .update(`v${specVersion}:${specLabel(spec)}`)
    .digest('hex')
    .slice(0, 32);
}
