import type { KeySpec } from '../model/desired.ts';
import { operationKinds, type Operation } from '../plan/operation.ts';

/** What a progress display says of an operation, while it works (`starting`) and when it is done (`started`). */
interface ProgressText {
  readonly working: string;
  readonly done: string;
}

export function progressText(operation: Operation): ProgressText {
  return operation.kind === 'create-key' ? keyText(operation.key) : operationKinds[operation.kind];
}

function keyText({ name, keep }: KeySpec): ProgressText {
  const key = keep === 'instance' ? 'instance key' : `project key ${name}`;
  return { working: `creating ${key}`, done: `${key} created` };
}
