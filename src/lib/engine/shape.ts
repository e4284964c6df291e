/**
 * What an answer has to look like, checked before it is used: what listens at an address may be a proxy's login page.
 * Members that are not named are ignored, so that newer engines may send more.
 */
export type Shape<T> = (value: unknown, place: string) => T;

/** The type that a shape lets through. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

/** The answer has another shape; the message says where and how. */
export class WrongShape extends Error {}

function primitive<T>(kind: 'string' | 'number' | 'boolean'): Shape<T> {
  return (value, place) => {
    if (typeof value !== kind) throw wrong(place, `a ${kind}`, value);
    return value as T;
  };
}

export const text = primitive<string>('string');
export const number = primitive<number>('number');
export const flag = primitive<boolean>('boolean');

/** One of these words. */
export function oneOf<T extends string>(...words: readonly T[]): Shape<T> {
  return (value, place) => {
    if (!(words as readonly unknown[]).includes(value)) throw wrong(place, `one of ${words.join(', ')}`, value);
    return value as T;
  };
}

/** Engines leave a member out or send null, which is the same to them. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, place) => (value === undefined || value === null ? undefined : shape(value, place));
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw wrong(place, 'a list', value);
    return value.map((item, index) => shape(item, `${place}[${String(index)}]`));
  };
}

export function record<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, place) =>
    Object.fromEntries(
      Object.entries(objectAt(value, place)).map(([key, item]) => [key, shape(item, `${place}.${key}`)]),
    );
}

/** A member whose shape is `optional` may be absent. */
export function object<M extends object>(members: { readonly [K in keyof M]: Shape<M[K]> }): Shape<M> {
  const shapes = Object.entries<Shape<unknown>>(members);
  return (value, place) => {
    const given = objectAt(value, place);
    return Object.fromEntries(
      shapes.map(([key, shape]) => [key, shape(Object.hasOwn(given, key) ? given[key] : undefined, `${place}.${key}`)]),
    ) as M;
  };
}

function objectAt(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(place, 'an object', value);
  return value as Readonly<Record<string, unknown>>;
}

function wrong(place: string, expected: string, value: unknown): WrongShape {
  return new WrongShape(`${place} should be ${expected}, but is ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
