/**
 * Names of files are bytes; most, but not all, are UTF-8. Here a byte that is not is a lone surrogate, so that each
 * name is one text, and each such text one name (Python's "surrogateescape").
 */
const first = 0xdc00;

export function textOfName(name: Buffer): string {
  const text = name.toString('utf8');
  if (!text.includes('\uFFFD') || Buffer.from(text).equals(name)) return text;
  return escapeBytes(name);
}

/** A text without such a surrogate is passed as it is, which is quicker. */
export function pathOnDisk(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path);
  const parts = [...path].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= first + 0x80 && code <= first + 0xff ? Buffer.from([code - first]) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** For calls of the file system. */
export function onDisk(path: string): string | Buffer {
  return path.isWellFormed() ? path : pathOnDisk(path);
}

/** Byte after byte: as many as make a character are one, any other is escaped. */
function escapeBytes(name: Buffer): string {
  let text = '';
  for (let at = 0; at < name.length;) {
    const length = [1, 2, 3, 4].find((bytes) => isCharacter(name.subarray(at, at + bytes)));
    text +=
      length === undefined ? String.fromCharCode(first + (name[at] ?? 0)) : name.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}

function isCharacter(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  return !text.includes('\uFFFD') ? [...text].length === 1 : bytes.equals(Buffer.from('\uFFFD'));
}
