/** `$X` or `${X:-word}` in a text. */
export interface VariableReference {
  readonly name: string;
  /** `:-`, `-`, `:+`, `+`, `:?`, `?`, or empty. */
  readonly operator: string;
  /** What follows the operator; may have references itself. */
  readonly word: string;
  /** Index of the character after it. */
  readonly end: number;
}

const nameAt = /[A-Za-z_]\w*/y;
const operatorAt = /:?[-+?]/y;

/** The reference that begins with the `$` at an index; undefined when none does. */
export function readReference(text: string, at: number): VariableReference | undefined {
  if (text[at] !== '$') return undefined;
  if (text[at + 1] !== '{') {
    const name = matchAt(nameAt, text, at + 1);
    return name === '' ? undefined : { name, operator: '', word: '', end: at + 1 + name.length };
  }
  const close = closingBrace(text, at + 1);
  const name = matchAt(nameAt, text, at + 2);
  if (close === undefined || name === '') return undefined;
  const operator = matchAt(operatorAt, text, at + 2 + name.length);
  const word = text.slice(at + 2 + name.length + operator.length, close);
  return operator === '' && word !== '' ? undefined : { name, operator, word, end: close + 1 };
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** Index of the brace that closes the one at an index; undefined when none does. */
function closingBrace(text: string, open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth === 0) return index;
  }
  return undefined;
}
