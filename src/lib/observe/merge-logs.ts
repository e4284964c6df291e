import type { LogLine } from '../engine/engine.ts';

/** A line with the key of the instance that wrote it. */
export interface InstanceLine extends LogLine {
  readonly key: string;
}

interface Head {
  readonly iterator: AsyncIterator<InstanceLine>;
  line: InstanceLine;
}

/**
 * Merges the lines of several instances by time; lines of the same time are in the order of the sources. Each source is
 * in order itself, so only one line of each is in memory.
 */
export async function* mergeByTime(sources: readonly AsyncIterable<InstanceLine>[]): AsyncGenerator<InstanceLine> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const heads = (await Promise.all(iterators.map(firstOf))).filter((head) => head !== undefined);
    while (heads.length > 0) {
      const earliest = heads.reduce((best, head) => (head.line.time < best.line.time ? head : best));
      yield earliest.line;
      const next = await earliest.iterator.next();
      if (next.done === true) heads.splice(heads.indexOf(earliest), 1);
      else earliest.line = next.value;
    }
  } finally {
    await Promise.all(iterators.map(async (iterator) => iterator.return?.()));
  }
}

async function firstOf(iterator: AsyncIterator<InstanceLine>): Promise<Head | undefined> {
  const first = await iterator.next();
  return first.done === true ? undefined : { iterator, line: first.value };
}

/** Of lines without number and of any length, no more than this is kept in memory. */
const maxCharacters = 24 * 2 ** 20;

/** The last lines of a stream, or fewer if these are huge. */
export async function* lastLines(lines: AsyncIterable<InstanceLine>, count: number): AsyncGenerator<InstanceLine> {
  const kept: InstanceLine[] = [];
  let characters = 0;
  for await (const line of lines) {
    kept.push(line);
    characters += line.text.length;
    while (kept.length > count || characters > maxCharacters) characters -= kept.shift()?.text.length ?? 0;
  }
  yield* kept;
}
