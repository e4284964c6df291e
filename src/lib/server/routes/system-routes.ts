import { docsPage } from '../http/docs-page.ts';
import { openApi } from '../http/openapi.ts';
import type { Route } from '../http/route.ts';

export interface SystemTools {
  readonly version: string;
  /** Why the server cannot work; undefined: it can. */
  readonly problem: () => string | undefined;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

/** Health, metrics and the description of all routes. */
export function withSystemRoutes(others: readonly Route[], tools: SystemTools): readonly Route[] {
  const usual = { method: 'GET', errors: 'usual' } as const;
  const routes: readonly Route[] = [
    {
      ...usual,
      path: '/_health',
      summary: 'Whether the server can work. Needs no token.',
      isOpen: true,
      answers: { 204: 'it can', 503: 'it cannot, and why' },
      handle: () => {
        const problem = tools.problem();
        return problem === undefined ? { status: 204 } : { status: 503, json: { statusCode: 503, message: problem } };
      },
    },
    {
      ...usual,
      path: '/metrics',
      summary: 'Figures for Prometheus.',
      answers: { 200: 'text' },
      handle: async () => ({ text: await tools.metrics.text(), type: tools.metrics.contentType }),
    },
    {
      ...usual,
      path: '/openapi.json',
      summary: 'This API as OpenAPI 3.1.',
      answers: { 200: 'a document' },
      handle: () => ({ json: openApi([...others, ...routes], tools.version) }),
    },
    {
      ...usual,
      path: '/docs',
      summary: 'This API as a page.',
      answers: { 200: 'HTML' },
      handle: () => ({ text: docsPage([...others, ...routes]), type: 'text/html; charset=utf-8' }),
    },
  ];
  return [...others, ...routes];
}
