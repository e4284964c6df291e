import { definedOnly } from '../../defined.ts';
import { parseJson } from '../../json.ts';
import { registryOf, type RegistryLogin } from '../../engine/connection/registry-credentials.ts';

/**
 * The `auth` of a request: JSON with `username` and `password`, or `identitytoken`, as base64 or base64url. Undefined
 * when it is none.
 */
export function parseLogin(auth: string, image: string): RegistryLogin | undefined {
  const value = parseObject(auth);
  if (value === undefined) return undefined;
  const text = (name: string): string | undefined => {
    const member = value[name];
    return typeof member === 'string' && member !== '' ? member : undefined;
  };
  const login = definedOnly({
    username: text('username'),
    password: text('password'),
    identitytoken: text('identitytoken'),
  });
  const isComplete = login.identitytoken !== undefined || (login.username ?? login.password) !== undefined;
  return isComplete ? { ...login, serveraddress: text('serveraddress') ?? registryOf(image) } : undefined;
}

function parseObject(auth: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^[\w+/-]+={0,2}$/.test(auth)) return undefined;
  try {
    // Node reads both alphabets.
    const value: unknown = parseJson(Buffer.from(auth, 'base64').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
