import type { Route, Schema } from './route.ts';

/** The API on one page that needs nothing else, from the table that also validates. */
export function docsPage(routes: readonly Route[]): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>dockerops serve: API</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}
code,h2{font-family:ui-monospace,monospace}h2{font-size:1rem;margin-top:2rem}td{padding-right:1rem;vertical-align:top}
</style><h1>dockerops serve</h1><p>The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
${routes.map(section).join('\n')}</html>
`;
}

function section({ method, path, summary, body, query, headers, answers }: Route): string {
  const fields = [rows('body', body), rows('query', query), rows('header', headers)].join('');
  const results = Object.entries(answers).map(([status, text]) => row([status, text]));
  return `<h2>${escaped(`${method} ${path}`)}</h2><p>${escaped(summary)}</p>
<table>${fields}</table><table>${results.join('')}</table>`;
}

function rows(place: string, schema: Schema | undefined): string {
  const properties = (schema?.['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema?.['required'] ?? []) as readonly string[];
  return Object.entries(properties)
    .map(([name, { type, description }]) =>
      row([
        `${place}: ${name}${required.includes(name) ? ' (required)' : ''}`,
        typeof type === 'string' ? type : '',
        typeof description === 'string' ? description : '',
      ]),
    )
    .join('');
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
