/** What is used of the Docker CLI's config.json. */
export interface DockerConfigFile {
  readonly currentContext?: string;
  readonly auths?: Readonly<Record<string, DockerLogin>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

const loginKeys = ['auth', 'username', 'password', 'identitytoken'] as const;
type DockerLogin = { readonly [Key in (typeof loginKeys)[number]]?: string };

/** The parts that have the right type; other parts are as if they were absent. */
export function dockerConfig(value: unknown): DockerConfigFile {
  return {
    ...textMember(value, 'currentContext'),
    ...textMember(value, 'credsStore'),
    auths: Object.fromEntries(entriesOf(memberOf(value, 'auths')).map(([name, login]) => [name, loginOf(login)])),
    credHelpers: Object.fromEntries(
      entriesOf(memberOf(value, 'credHelpers')).flatMap(([name, helper]) =>
        typeof helper === 'string' ? [[name, helper]] : [],
      ),
    ),
  };
}

function loginOf(value: unknown): DockerLogin {
  return Object.assign({}, ...loginKeys.map((key) => textMember(value, key))) as DockerLogin;
}

function textMember<Key extends string>(value: unknown, key: Key): { readonly [K in Key]?: string } {
  const member = memberOf(value, key);
  return typeof member === 'string' ? ({ [key]: member } as { readonly [K in Key]: string }) : {};
}

/** A member of an object; undefined for what is no object, and for what is only inherited. */
export function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}
