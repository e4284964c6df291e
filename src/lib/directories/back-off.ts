/** How long to wait before the next try: twice as long each time up to a limit, and by chance up to half of it less, so that many do not come back in one moment. */
export function backOffMs(failures: number, random: () => number, firstMs = 500, maxMs = 30_000): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 20));
  return full * (1 - random() / 2);
}
