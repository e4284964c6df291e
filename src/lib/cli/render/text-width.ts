import { eastAsianWidth } from 'get-east-asian-width';

const ascii = /^[ -~]*$/;
let segmenter: Intl.Segmenter | undefined;

/**
 * Columns of a terminal that a text takes, colours not among it. (The package string-width compiles expressions that cost
 * 20 ms at start-up, which is most of what a short command takes.)
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
