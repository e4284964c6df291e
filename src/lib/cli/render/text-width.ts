import { eastAsianWidth } from 'get-east-asian-width';

const ascii = /^[ -~]*$/;
let segmenter: Intl.Segmenter | undefined;

/**
 * Terminal columns that a text without colour codes takes. (The package string-width compiles regular expressions for
 * 20 ms at start-up, most of the time of a short command.)
 */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  segmenter ??= new Intl.Segmenter();
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Combining marks ride on the character before them, and U+FE0F makes it an emoji. */
function graphemeWidth(grapheme: string): number {
  const codePoint = grapheme.codePointAt(0) ?? 0;
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0) || (codePoint >= 0x200b && codePoint <= 0x200f))
    return 0;
  return grapheme.includes('\uFE0F') ? 2 : eastAsianWidth(codePoint);
}
