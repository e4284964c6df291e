import { definedOnly } from '../../defined.ts';
import { label, type Labels } from '../../labels.ts';

/** The version of a service that something was made for. */
export interface LabelledVersion {
  readonly service: string;
  readonly version: number;
  /** When the version was recorded, in milliseconds since 1970; earlier releases did not label it. */
  readonly recordedAt?: number;
}

/** Undefined for what was not made for a version. */
export function versionIn(labels: Labels): LabelledVersion | undefined {
  const { [label.service]: service, [label.version]: version, [label.versionRecorded]: recorded } = labels;
  if (service === undefined || !isNumber(version)) return undefined;
  return {
    service,
    version: Number(version),
    ...definedOnly({ recordedAt: isNumber(recorded) ? Number(recorded) : undefined }),
  };
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^[1-9]\d*$/.test(text);
}
