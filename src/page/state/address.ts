export const views = ['overview', 'service', 'jobs', 'hosts', 'journal'] as const;
export type ViewName = (typeof views)[number];

/** What the address says: `#/service/web`, `#/overview?unit=web-1-1&state=failed`. */
export interface Address {
  readonly view: ViewName;
  readonly subject: string | undefined;
  readonly query: URLSearchParams;
}

export function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', subject = ''] = path.split('/', 2);
  const view = views.find((each) => each === name) ?? 'overview';
  return {
    view,
    subject: subject === '' ? undefined : decoded(subject),
    query: new URLSearchParams(query),
  };
}

/** What somebody has typed may not be encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
