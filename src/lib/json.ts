/** More than anything that we read has. Readers that call themselves for each level do not overflow. */
const maxDepth = 100;

/** Parses JSON that somebody else wrote. Throws a SyntaxError also for what is nested more than 100 deep. */
export function parseJson(text: string): unknown {
  const problem = depthProblem(text);
  if (problem !== undefined) throw new SyntaxError(problem);
  return JSON.parse(text);
}

/** Why a text is not parsed, if it is JSON. */
export function depthProblem(text: string): string | undefined {
  const at = findTooDeep(text);
  return at === undefined ? undefined : `values are nested more than ${maxDepth} deep at position ${at}`;
}

const [quote, backslash] = [0x22, 0x5c];
const steps: ReadonlyMap<number, number> = new Map([
  [0x5b, 1],
  [0x7b, 1],
  [0x5d, -1],
  [0x7d, -1],
]);

/** Looks only at brackets outside of texts. */
function findTooDeep(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfText(text, at);
    else if (code > 0x5a) depth += steps.get(code) ?? 0;
    if (depth > maxDepth) return at;
  }
  return undefined;
}

/** Index of the quote that ends the text which one begins. */
function endOfText(text: string, begin: number): number {
  let end = text.indexOf('"', begin + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (at - first) % 2 === 1;
}
