/** The members of an object that are texts or numbers, as texts; the schema reports all others. */
export function textMembers(value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    typeof each === 'string' || typeof each === 'number' ? [[name, String(each)] as const] : [],
  );
}
