import type { Problem } from '../../../errors.ts';

export type Complaint = Pick<Problem, 'message' | 'suggestion'>;
/** A complaint with the path of its value in the entry. */
export type Finding = readonly [path: string, complaint: Complaint];

/** The entry need not be valid by the schema. */
export function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textsOf(record: Readonly<Record<string, unknown>>): readonly (readonly [name: string, text: string])[] {
  return Object.entries(record).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [],
  );
}
