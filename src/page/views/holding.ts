import { useRef, useState } from 'preact/hooks';

/** While the pointer or the focus is in an element, nothing in it may move. */
export function useHolding(): { readonly isHeld: boolean; readonly events: object } {
  const [reasons, setReasons] = useState({ pointer: false, focus: false });
  const set = (change: Partial<typeof reasons>) => (): void => setReasons((old) => ({ ...old, ...change }));
  return {
    isHeld: reasons.pointer || reasons.focus,
    events: {
      onPointerEnter: set({ pointer: true }),
      onPointerLeave: set({ pointer: false }),
      onFocusIn: set({ focus: true }),
      onFocusOut: set({ focus: false }),
    },
  };
}

/**
 * A list as it may be shown: while it is held, those that were shown, in their order, each as it is now; what is new
 * is counted and waits. What has gone stays as it was last.
 */
export function useHeldList<T>(
  list: readonly T[],
  keyOf: (one: T) => string,
  isHeld: boolean,
): { readonly shown: readonly T[]; readonly waiting: number } {
  const kept = useRef<readonly T[]>(list);
  if (!isHeld) {
    kept.current = list;
    return { shown: list, waiting: 0 };
  }
  const now = new Map(list.map((one) => [keyOf(one), one]));
  kept.current = kept.current.map((one) => now.get(keyOf(one)) ?? one);
  const known = new Set(kept.current.map(keyOf));
  return { shown: kept.current, waiting: list.filter((one) => !known.has(keyOf(one))).length };
}
