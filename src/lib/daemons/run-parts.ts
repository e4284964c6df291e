/**
 * Runs the endless parts of a daemon until the signal aborts. A part that rejects is a bug: it stops the others and its
 * error is thrown, because a daemon with half of its parts would look healthy.
 */
export async function runParts(
  parts: readonly ((signal: AbortSignal) => Promise<void>)[],
  signal: AbortSignal,
): Promise<void> {
  const broken = new AbortController();
  const inside = AbortSignal.any([signal, broken.signal]);
  const running = parts.map((part) =>
    part(inside).catch((error: unknown) => {
      broken.abort();
      throw error;
    }),
  );
  const [failure] = (await Promise.allSettled(running)).filter((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
