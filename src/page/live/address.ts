import { readAddress } from '../state/address.ts';

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
