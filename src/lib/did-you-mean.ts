import { distance } from 'fastest-levenshtein';

/** The candidate that a mistyped word most likely means, or undefined when none is near enough to be worth saying. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(word);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const ranked = candidates
    .map((candidate) => ({
      candidate,
      far: farness(wanted, plain(candidate)),
      isStart: wanted.length >= 3 && plain(candidate).startsWith(wanted),
    }))
    .filter(({ far, isStart }) => far <= limit || isStart)
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1));
  return ranked[0]?.candidate;
}

/** Edits from one to the other; the same letters in another order are one slip. */
function farness(a: string, b: string): number {
  const far = distance(a, b);
  return far === 2 && [...a].sort().join('') === [...b].sort().join('') ? 1 : far;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll('_', '-');
}
