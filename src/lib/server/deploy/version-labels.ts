import { label, type Labels } from '../../labels.ts';

/** The version of a service that something was made for. */
export interface LabelledVersion {
  readonly service: string;
  readonly version: number;
}

/** Undefined for what was not made for a version. */
export function versionIn({ [label.service]: service, [label.version]: version }: Labels): LabelledVersion | undefined {
  if (service === undefined || version === undefined || !/^[1-9]\d*$/.test(version)) return undefined;
  return { service, version: Number(version) };
}
