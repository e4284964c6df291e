import { definedOnly } from '../defined.ts';
import type { EtcdSettings } from '../directories/etcd/open-etcd.ts';
import type { ServerAddress } from '../directories/http-client.ts';
import type { SettingsReader } from './settings-reader.ts';

/** Settings of a daemon that say how etcd is reached. */
export const etcdSettingNames = [
  'etcd',
  'etcd-user',
  'etcd-password-file',
  'ca-file',
  'cert-file',
  'key-file',
] as const;
export type EtcdSettingName = (typeof etcdSettingNames)[number];

/** The variables of etcd's own client for them, and the one of kontena's registrator. */
export const etcdVariables: Readonly<Partial<Record<EtcdSettingName, readonly string[]>>> = {
  etcd: ['ETCD_ENDPOINT', 'ETCDCTL_ENDPOINTS'],
  'etcd-user': ['ETCDCTL_USER'],
  'ca-file': ['ETCDCTL_CACERT'],
  'cert-file': ['ETCDCTL_CERT'],
  'key-file': ['ETCDCTL_KEY'],
};

type Reader = Pick<SettingsReader<EtcdSettingName>, 'strongest' | 'text' | 'failAt' | 'isWeaker'>;
type AccessReader = Pick<SettingsReader<Exclude<EtcdSettingName, 'etcd'>>, 'strongest' | 'text'>;

const usual = 'http://127.0.0.1:2379';

export function readEtcdSettings(reader: Reader): EtcdSettings {
  const endpoints = (reader.text('etcd') ?? usual).split(',').map((text) => readEndpoint(reader, text.trim()));
  return { endpoints, ...readEtcdAccess(reader) };
}

/** Login and certificates. */
export function readEtcdAccess(reader: AccessReader): Omit<EtcdSettings, 'endpoints'> {
  return {
    ...readUser(reader),
    ...definedOnly({
      passwordFile: reader.text('etcd-password-file'),
      caFile: reader.text('ca-file'),
      certFile: reader.text('cert-file'),
      keyFile: reader.text('key-file'),
    }),
  };
}

function readEndpoint(reader: Reader, text: string): ServerAddress {
  const [, scheme, bracketed, plain, port = '2379'] =
    /^(https?):\/\/(?:\[([\da-fA-F:]+)\]|([^\s:/[\]@]+))(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    reader.failAt('etcd', `"${text}" is not an address of etcd`, `write it like ${usual}, several with commas`);
  return { secure: scheme === 'https', host: host ?? '', port: Number(port) };
}

/** The variable has the password behind a colon; a flag never has one, as other users could see it. */
function readUser(reader: AccessReader): Pick<EtcdSettings, 'user' | 'password'> {
  const found = reader.strongest('etcd-user');
  const text = reader.text('etcd-user');
  if (found?.where !== 'ETCDCTL_USER' || text === undefined) return definedOnly({ user: text });
  const colon = text.indexOf(':');
  return colon === -1 ? { user: text } : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
