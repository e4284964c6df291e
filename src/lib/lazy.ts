/** Computes a value when it is first asked for, and keeps it, also if it is `undefined`. */
export function onDemand<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
