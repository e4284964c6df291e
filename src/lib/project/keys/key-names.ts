/** Lets dockerops, and unless `ssh_between` is false the project's instances, log in to instances. */
export const clientKey = 'client';
/** Signs updates of the project's DNS. */
export const dnsKey = 'dns';
/** Signs the host keys of the project's instances, so that these trust each other also after one was replaced. */
export const hostAuthority = 'host-ca';

/** The ssh host key of an instance; `key` is its `<service>-<instance>`. */
export function hostKey(key: string): string {
  return `host:${key}`;
}
