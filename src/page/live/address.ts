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
    subject: subject === '' ? undefined : decodeURIComponent(subject),
    query: new URLSearchParams(query),
  };
}

/** As a place in the history, which the back button leaves. */
export function go(path: string): void {
  location.hash = `#/${path}`;
}

/** Changes one member of the query in place, without a new place in the history. */
export function setQuery(name: string, value: string | undefined): void {
  const { view, subject, query } = readAddress(location.hash);
  if (value === undefined) query.delete(name);
  else query.set(name, value);
  const text = query.toString();
  const path = subject === undefined ? view : `${view}/${encodeURIComponent(subject)}`;
  history.replaceState(undefined, '', `#/${path}${text === '' ? '' : `?${text}`}`);
  globalThis.dispatchEvent(new HashChangeEvent('hashchange'));
}
