import { stripVTControlCharacters } from 'node:util';
import { onDemand } from '../../lazy.ts';

// Names, labels, values and messages come from cloned projects, other people's containers and programs. Printed as they
// are, they could erase the screen, set its title, or show other text than they contain. Colours are put in where text
// is made, and text is made safe where it is written: the key tells our colours from an escape sequence in a name.
// Names are older than the process and cannot know it; loading Node's crypto for it would take 5 ms at every start.
const key = `${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;

/** Controls, C1, marks of direction, what takes no room, other line breaks, halves of characters. */
const unsafe = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;
// To compile them takes a millisecond.
const unsafeCharacter = onDemand(() => new RegExp(unsafe, 'u'));
const sealedOrUnsafe = onDemand(() => new RegExp(String.raw`\u001B${key}(\[\d+m)|(?!\n)${unsafe}`, 'gu'));
const plain = /^[\n -~]*$/;
const shortForms: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** An SGR code that `terminalText` lets through. */
export function sealed(code: number): string {
  return `\u001B${key}[${String(code)}m`;
}

/**
 * The text as a terminal may have it: with our own colours and line breaks; of all others, what is invisible or moves
 * the cursor is shown as an escape: `\x1b`, `\u{202e}`.
 */
export function terminalText(text: string): string {
  if (plain.test(text)) return text;
  return text.replaceAll(sealedOrUnsafe(), (found, colour: string | undefined) =>
    colour === undefined ? escaped(found) : `\u001B${colour}`,
  );
}

/** For a name or value that stands within a line: its line breaks are escapes, too. */
export function oneLine(text: string): string {
  return terminalText(text).replaceAll('\n', '\\n');
}

/** Lines of a result, each of which stays one line whatever is in it. */
export function textOfLines(lines: readonly string[]): string {
  return lines.map((line) => `${line.replaceAll('\n', '\\n')}\n`).join('');
}

/** A line of a build or a log within our own output: without its colours, with blanks for tabs. */
export function programLine(line: string): string {
  return terminalText(stripVTControlCharacters(line).replaceAll('\t', '    '));
}

/** Whether a word has a character that `terminalText` would escape. */
export function isUnsafe(word: string): boolean {
  return unsafeCharacter().test(word);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return shortForms[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}
