import type { LabelledSpec } from './labelled-spec.ts';

/** What tells the client of the DNS in an instance what to register, and the DNS what to serve. */
export const dnsClientPath = '/etc/dockerops/dns.json';
export const dnsServerPath = '/etc/dockerops/dns-server.json';

/** Whether an instance signs for the DNS with the project's key: so did those of versions without a key for each. */
export function hasProjectKey({ files = [] }: Pick<LabelledSpec, 'files'>): boolean {
  return files.some(
    ({ path, content = [] }) =>
      path === dnsClientPath && content.some((piece) => typeof piece !== 'string' && 'secret' in piece),
  );
}

/** Whether a DNS was made by a version that knew no keys of instances. */
export function knowsNoInstanceKeys({ files = [] }: Pick<LabelledSpec, 'files'>): boolean {
  const server = files.find(({ path }) => path === dnsServerPath);
  if (server?.content === undefined) return false;
  return !server.content.some((piece) => typeof piece === 'string' && piece.includes('"containers":'));
}
