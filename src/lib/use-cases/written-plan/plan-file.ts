import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { readBoundedText, whyUnread } from '../../bounded-file.ts';
import { messageOf, OperationFailed, UserError } from '../../errors.ts';
import { parseJson } from '../../json.ts';
import type { Owner } from '../../model/desired.ts';
import type { RunRequest } from '../../model/run-request.ts';
import type { RunChoices } from '../run-instances.ts';

export const planFileVersion = 1;

/** A plan as it is written for somebody to review, and what it takes to compute it again. No secret is in it. */
export interface PlanFile {
  readonly plan: typeof planFileVersion;
  /** Version of dockerops. */
  readonly dockerops: string;
  readonly owner: Owner;
  readonly conf: string;
  readonly request: RunRequest;
  readonly choices: RunChoices;
  /** Of an instance that gets one. */
  readonly newName: string;
  /** Engine id by name of the host. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Hash of each thing on the engine that it was computed against, by name. */
  readonly observed: Readonly<Record<string, string>>;
  /** Hash of what the project's files say. */
  readonly desired: string;
  readonly operations: readonly object[];
  readonly verdicts: readonly object[];
  readonly warnings: readonly string[];
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A new file, which only this user can read. */
export function writePlanFile(path: string, plan: PlanFile): void {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeFileSync(file, textOf(plan));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new OperationFailed(`${path} ${isThere ? 'already exists' : `cannot be written: ${messageOf(cause)}`}`, {
      code: isThere ? 'FILE_EXISTS' : 'PLAN_FILE',
      suggestions: ['choose another name: --out FILE'],
      cause,
    });
  }
}

function textOf(plan: PlanFile): string {
  return `${JSON.stringify({ ...plan, sha256: hashOf(JSON.stringify(plan)) }, null, 2)}\n`;
}

/** Reads a plan as it was written. Throws a UserError where it was changed since, or is of another version. */
export function readPlanFile(path: string): { readonly plan: PlanFile; readonly sha256: string } {
  const content = documentIn(path);
  const { sha256, ...plan } = content as Partial<PlanFile> & { readonly sha256?: unknown };
  if (plan.plan !== planFileVersion)
    throw refused(path, `is not a plan that this version reads (${String(planFileVersion)})`);
  if (sha256 !== hashOf(JSON.stringify(plan))) throw refused(path, 'was changed since it was written');
  return { plan: plan as PlanFile, sha256 };
}

function documentIn(path: string): object {
  try {
    const document = parseJson(readBoundedText(path));
    if (typeof document === 'object' && document !== null) return document;
  } catch (cause) {
    if (cause instanceof SyntaxError) throw refused(path, `is not JSON: ${cause.message}`);
    throw refused(path, `cannot be read: ${whyUnread(cause)}`);
  }
  throw refused(path, 'is not a plan');
}

export function refused(path: string, why: string): UserError {
  return new UserError(`${path} ${why}`, {
    code: 'PLAN_FILE',
    suggestions: ['write it again: dockerops plan --out FILE'],
  });
}
