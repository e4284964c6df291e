import type { Node } from 'jsonc-parser';
import { memberOf } from './conf-node.ts';
import { blankComments } from './comments.ts';
import { parseConfText } from './conf-text.ts';

/**
 * The text of an object with one member set. Every other byte stays: comments, order, how numbers are written. A text
 * without an object gets one. The text has to be valid.
 */
export function setMember(text: string, name: string, value: string): string {
  const { root } = parseConfText('', text);
  if (root === undefined) return withObject(text, memberText(name, value));
  const old = memberOf(root, name)?.children?.[1];
  return old === undefined
    ? withMember(text, root, memberText(name, value))
    : spliced(text, old.offset, endOf(old), JSON.stringify(value));
}

function memberText(name: string, value: string): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
}

function withObject(text: string, member: string): string {
  const newLine = newLineOf(text);
  return `${text}${text === '' || text.endsWith('\n') ? '' : newLine}{${newLine}  ${member}${newLine}}${newLine}`;
}

/** As the last member: on its own line if the closing brace has one, so that comments stay beside their values. */
function withMember(text: string, root: Node, member: string): string {
  const brace = endOf(root) - 1;
  const last = root.children?.at(-1);
  const lineStart = text.lastIndexOf('\n', brace) + 1;
  const isAlone = lineStart > root.offset && text.slice(lineStart, brace).trim() === '';
  const place = isAlone ? lineStart : text.slice(0, brace).trimEnd().length;
  const space = last === undefined && place === brace ? ' ' : '';
  const grown = spliced(
    text,
    place,
    place,
    isAlone ? `${indentOf(text, last)}${member}${newLineOf(text)}` : ` ${member}${space}`,
  );
  return last === undefined || hasComma(text, last) ? grown : spliced(grown, endOf(last), endOf(last), ',');
}

function hasComma(text: string, member: Node): boolean {
  return blankComments(text).slice(endOf(member)).trimStart().startsWith(',');
}

/** That of the member before, if it begins its line. */
function indentOf(text: string, member: Node | undefined): string {
  const before = member === undefined ? '' : text.slice(text.lastIndexOf('\n', member.offset) + 1, member.offset);
  return before !== '' && before.trim() === '' ? before : '  ';
}

function newLineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

function spliced(text: string, from: number, to: number, put: string): string {
  return `${text.slice(0, from)}${put}${text.slice(to)}`;
}
