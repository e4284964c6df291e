import { splitWords } from '../../shell-words.ts';
import type { DocumentPart } from '../document-reader.ts';

/** A list of words, or a text that is split as a shell does. */
export function readCommand(part: DocumentPart): readonly string[] | undefined {
  if (Array.isArray(part.value)) return part.items().flatMap((word) => word.text() ?? []);
  const text = part.text();
  if (text === undefined) return undefined;
  return splitWords(text) ?? part.fail('a quote in the command is not closed');
}
