/** Members whose type has `undefined` become optional; the others are as they were. */
export type DefinedOnly<T> = {
  readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** The members that have a value, for types whose optional members are left out rather than undefined. */
export function definedOnly<const T extends object>(members: T): DefinedOnly<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as DefinedOnly<T>;
}
