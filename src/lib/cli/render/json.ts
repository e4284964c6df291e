/**
 * Text of a JSON document with a versioned schema: `{"schema": "dockerops/ps/1", …}`. The version goes up when a field
 * changes its meaning or goes away, not when one is added.
 */
export function renderDocument(what: string, body: object, version = 1): string {
  return `${JSON.stringify({ schema: `dockerops/${what}/${version}`, ...body }, undefined, 2)}\n`;
}
