import { setImmediate as turn } from 'node:timers/promises';
import type { Reply } from './route.ts';

/** Characters that are sent at once. */
const pieceLength = 65_536;
const type = 'application/json';

/**
 * A list as JSON: whole where it is short, else as a stream. The items are asked for as the client takes them, and
 * between two pieces the server answers others, so that a list of any length costs neither memory nor their time.
 */
export function jsonList(items: Iterable<object>, before = '[', after = ']'): Reply {
  return replyOf(piecesOf(texts(items), before, after));
}

/** The same for the members of an object. */
export function jsonMembers(members: Iterable<readonly [name: string, value: object]>, before = '', after = ''): Reply {
  return replyOf(piecesOf(memberTexts(members), `${before}{`, `}${after}`));
}

function* texts(items: Iterable<object>): Generator<string> {
  for (const item of items) yield JSON.stringify(item);
}

function* memberTexts(members: Iterable<readonly [string, object]>): Generator<string> {
  for (const [name, value] of members) yield `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function* piecesOf(all: Iterable<string>, before: string, after: string): Generator<string, undefined> {
  let piece = before;
  let separator = '';
  for (const text of all) {
    piece += separator + text;
    separator = ',';
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece + after;
}

function replyOf(pieces: Generator<string, undefined>): Reply {
  const first = pieces.next().value ?? '';
  const second = pieces.next();
  if (second.done === true) return { text: first, type };
  return { lines: inTurn([first, second.value], pieces), type };
}

async function* inTurn(begun: readonly string[], pieces: Iterable<string>): AsyncGenerator<string> {
  yield* begun;
  for (const piece of pieces) {
    yield piece;
    await turn();
  }
}
