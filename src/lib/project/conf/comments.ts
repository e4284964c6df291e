/** A string or a comment, in which brackets and `#` mean nothing. */
interface Piece {
  readonly kind: 'string' | 'comment' | 'hash comment';
  readonly start: number;
  readonly end: number;
}

const byteOrderMark = '\uFEFF';
const [quote, slash, hash, backslash, newline] = ['"', '/', '#', '\\', '\n'].map((each) => each.charCodeAt(0));

/**
 * Finds strings and comments one after the other; undefined at the end. A string that is not closed ends with its line.
 * Without a regular expression, as those overflow on a string of some MB.
 */
function nextPiece(text: string, from: number): Piece | undefined {
  for (let start = from; start < text.length; start += 1) {
    const code = text.charCodeAt(start);
    if (code === quote) return { kind: 'string', start, end: endOfString(text, start + 1) };
    if (code === hash) return { kind: 'hash comment', start, end: endOf('\n', text, start) };
    if (code !== slash) continue;
    if (text[start + 1] === '/') return { kind: 'comment', start, end: endOf('\n', text, start) };
    if (text[start + 1] === '*')
      return { kind: 'comment', start, end: Math.min(endOf('*/', text, start + 2) + 2, text.length) };
  }
  return undefined;
}

function endOf(mark: string, text: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end === -1 ? text.length : end;
}

function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === newline) return at;
    if (code === backslash && text.charCodeAt(at + 1) !== newline) at += 1;
  }
  return text.length;
}

/** Replaces `#` comments and a byte order mark by spaces, so that places in the text stay the same. */
export function blankHashComments(text: string): string {
  return blank(text, (kind) => kind === 'hash comment');
}

/** Replaces all comments by spaces; lines stay lines. */
export function blankComments(text: string): string {
  return blank(text, (kind) => kind !== 'string');
}

function blank(text: string, isBlanked: (kind: Piece['kind']) => boolean): string {
  const parts = text.startsWith(byteOrderMark) ? [' '] : [];
  let from = parts.length;
  for (let piece = nextPiece(text, from); piece !== undefined; piece = nextPiece(text, piece.end)) {
    if (!isBlanked(piece.kind)) continue;
    parts.push(text.slice(from, piece.start), text.slice(piece.start, piece.end).replaceAll(/[^\n]/g, ' '));
    from = piece.end;
  }
  return from === 0 ? text : [...parts, text.slice(from)].join('');
}

/** Where values are nested more deeply than allowed, so that readers that call themselves do not overflow. */
export function findTooDeep(text: string, maxDepth: number): number | undefined {
  let depth = 0;
  let from = 0;
  for (let piece = nextPiece(text, 0); ; piece = nextPiece(text, piece.end)) {
    const end = piece?.start ?? text.length;
    for (let at = from; at < end; at += 1) {
      const char = text[at];
      if (char === '[' || char === '{') depth += 1;
      if (char === ']' || char === '}') depth = Math.max(0, depth - 1);
      if (depth > maxDepth) return at;
    }
    if (piece === undefined) return undefined;
    from = piece.end;
  }
}
