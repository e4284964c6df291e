import { definedOnly } from '../defined.ts';
import type { ConsulSettings } from '../directories/consul/open-consul.ts';
import type { SettingsReader } from './settings-reader.ts';

/** Settings of a daemon that say how Consul is reached. */
export const consulSettingNames = ['consul', 'token', 'token-file', 'ca-file', 'cert-file', 'key-file'] as const;
export type ConsulSettingName = (typeof consulSettingNames)[number];

/** Consul's own variables for them. */
export const consulVariables: Readonly<Record<ConsulSettingName, string>> = {
  consul: 'CONSUL_HTTP_ADDR',
  token: 'CONSUL_HTTP_TOKEN',
  'token-file': 'CONSUL_HTTP_TOKEN_FILE',
  'ca-file': 'CONSUL_CACERT',
  'cert-file': 'CONSUL_CLIENT_CERT',
  'key-file': 'CONSUL_CLIENT_KEY',
};

type Reader = Pick<SettingsReader<ConsulSettingName>, 'all' | 'text' | 'requiredText' | 'failAt' | 'isWeaker'>;
type Environment = Readonly<Record<string, string | undefined>>;

export function readConsulSettings(reader: Reader, environment: Environment): ConsulSettings {
  return {
    consul: readAddress(reader, usesTls(reader, environment)),
    ...definedOnly({
      token: reader.text('token'),
      tokenFile: reader.isWeaker('token-file', 'token') ? undefined : reader.text('token-file'),
      caFile: reader.text('ca-file'),
      certFile: reader.text('cert-file'),
      keyFile: reader.text('key-file'),
    }),
  };
}

/** Certificates of our own settings mean TLS. Consul's variables only name them: CONSUL_HTTP_SSL switches TLS on. */
function usesTls(reader: Reader, environment: Environment): boolean {
  const own = (['ca-file', 'cert-file', 'key-file'] as const).flatMap((name) => reader.all(name));
  return isTrue(environment['CONSUL_HTTP_SSL']) || own.some(({ where }) => !where.startsWith('CONSUL_'));
}

function readAddress(reader: Reader, usesTls: boolean): ConsulSettings['consul'] {
  const text = reader.requiredText('consul');
  const [, scheme, bracketed, plain, port = '8500'] =
    /^(?:(https?):\/\/)?(?:\[([\da-fA-F:]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?\/?$/.exec(text ?? '') ?? [];
  const host = bracketed ?? plain;
  if (text !== undefined && (host === undefined || Number(port) < 1 || Number(port) > 65_535))
    reader.failAt(
      'consul',
      `"${text}" is not an address of Consul`,
      'write it like 10.0.0.5, consul.example.org:8500 or https://consul.example.org:8501',
    );
  return { secure: scheme === 'https' || (scheme === undefined && usesTls), host: host ?? '', port: Number(port) };
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && ['1', 't', 'true'].includes(text.toLowerCase());
}
