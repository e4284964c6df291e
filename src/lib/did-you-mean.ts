import { distance } from 'fastest-levenshtein';

/** Finds the candidate that a mistyped word probably means; undefined if none is similar enough. */
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

/** Number of edits from one to the other; swapped letters count as one. */
function farness(a: string, b: string): number {
  const far = distance(a, b);
  return far === 2 && [...a].sort().join('') === [...b].sort().join('') ? 1 : far;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll('_', '-');
}
