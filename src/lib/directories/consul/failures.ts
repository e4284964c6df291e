import { DirectoryNotFound, type DirectoryError, type DirectoryDenied } from '../directory-errors.ts';
import { denied, notReady, redirected, refused, type Asked, type ServerWords } from '../request-failures.ts';

export const consul: ServerWords = { name: 'Consul', code: 'CONSUL', process: 'the Consul agent', flag: '--consul' };

/** The error of an answer with an error status. Only the status decides; Consul's own text is passed on. */
export function answerFailure(asked: Asked, status: number, text: string): DirectoryError {
  const firstLine = text.trim().split('\n')[0]?.slice(0, 300) ?? '';
  const detail = firstLine === '' ? `HTTP status ${status}` : firstLine;
  if (status === 401 || status === 403) return consulDenied(asked, detail);
  if (status === 404)
    return new DirectoryNotFound(`${asked.step}: Consul at ${asked.address} does not have it (${detail})`, {
      code: 'CONSUL_NOT_FOUND',
    });
  if (status >= 300 && status < 400) return redirected(consul, asked, status);
  if (status >= 500 || status === 429)
    return notReady(consul, asked, detail, 'if this persists, see `consul members` and the log of the agent');
  return refused(consul, asked, detail);
}

export function consulDenied(asked: Asked, detail: string): DirectoryDenied {
  return denied(consul, asked, detail, [
    'give a token with the permission, with --token-file or CONSUL_HTTP_TOKEN',
    '`consul acl token read -self` shows the permissions of a token',
  ]);
}
