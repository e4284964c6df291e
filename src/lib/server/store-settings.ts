import { readEtcdAccess, type EtcdSettingName } from '../daemons/etcd-settings.ts';
import type { SettingsReader } from '../daemons/settings-reader.ts';
import type { EtcdSettings } from '../directories/etcd/open-etcd.ts';
import type { ServerAddress } from '../directories/http-client.ts';

/** Where a server keeps its state: in a file of its own, or in etcd together with other servers. */
export type StoreSettings =
  | { readonly kind: 'sqlite' }
  /** The prefix ends with a slash. */
  | { readonly kind: 'etcd'; readonly etcd: EtcdSettings; readonly prefix: string };

export type StoreSettingName = 'store' | Exclude<EtcdSettingName, 'etcd'>;

type Reader = Pick<SettingsReader<StoreSettingName>, 'strongest' | 'text' | 'failAt'>;

const form = /^(etcds?):\/\/([^/]+)\/(.*[^/])\/*$/;
const endpointForm = /^(?:\[([\da-fA-F:]+)\]|([^\s:/[\]@]+))(?::(\d{1,5}))?$/;
const usualPort = '2379';
const example = 'etcd://10.0.0.5,10.0.0.6/dockerops, or etcds:// for TLS';

export function readStore(reader: Reader): StoreSettings {
  const text = reader.text('store') ?? 'sqlite';
  if (text === 'sqlite') return { kind: 'sqlite' };
  const [, scheme, hosts = '', path = ''] = form.exec(text) ?? [];
  const endpoints = hosts.split(',').map((host) => parseEndpoint(host, scheme === 'etcds'));
  const known = endpoints.filter((endpoint) => endpoint !== undefined);
  if (scheme === undefined || known.length < endpoints.length) {
    reader.failAt('store', `"${text}" is no store`, `sqlite, or like ${example}`);
    return { kind: 'sqlite' };
  }
  return { kind: 'etcd', etcd: { endpoints: known, ...readEtcdAccess(reader) }, prefix: `/${path}/` };
}

function parseEndpoint(text: string, secure: boolean): ServerAddress | undefined {
  const [, bracketed, plain, port = usualPort] = endpointForm.exec(text) ?? [];
  const host = bracketed ?? plain;
  const isPort = Number(port) >= 1 && Number(port) <= 65_535;
  return host === undefined || !isPort ? undefined : { secure, host, port: Number(port) };
}
