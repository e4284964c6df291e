import { randomBytes } from 'node:crypto';
import type { Database } from '../store/database.ts';

/**
 * The token by which balancers fetch their configuration: `<id>.<secret>`. All servers of one store have it, so that
 * balancers which one of them made take configurations from the next. Made when it is first asked for.
 */
export async function relayToken(database: Database): Promise<string> {
  const sql = "SELECT value FROM secrets WHERE name = 'relay-token'";
  const found =
    database.get(sql) ??
    (await database.write((writer) => {
      writer.insert('secrets', { name: 'relay-token', value: newToken() }, 'ON CONFLICT DO NOTHING');
      return writer.get(sql);
    }));
  return String(found?.['value']);
}

/** The part that is no secret: it tells in a label which token a service was given. */
export function relayTokenId(token: string): string {
  return token.split('.', 1)[0] ?? '';
}

function newToken(): string {
  return `${randomBytes(4).toString('hex')}.${randomBytes(32).toString('base64url')}`;
}
