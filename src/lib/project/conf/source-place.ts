export type PlaceAt = (offset: number) => string;

/** Gives the place of an offset in a text, with line and column from 1: `run.conf:12:5`. */
export function placesIn(file: string, text: string): PlaceAt {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    const line = lastNotAfter(lineStarts, offset);
    return `${file}:${String(line + 1)}:${String(offset - (lineStarts[line] ?? 0) + 1)}`;
  };
}

function lastNotAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  for (let high = starts.length - 1; low < high;) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
