/**
 * Runs `work` for every item, at most `size` at once, and hands the results to `take` in the order of the items.
 * Only one batch of results is held at a time.
 */
export async function mapInBatches<Item, Result>(
  items: readonly Item[],
  size: number,
  work: (item: Item) => Promise<Result>,
  take: (result: Result) => unknown,
): Promise<void> {
  for (let start = 0; start < items.length; start += size) {
    const results = await Promise.all(items.slice(start, start + size).map(work));
    results.forEach((result) => take(result));
  }
}
