import { HttpError } from '../http/http-error.ts';

/** The refusal of one field of a body. `path` is a JSON pointer. */
export function invalid(path: string, message: string): HttpError {
  return new HttpError(400, `${path} ${message}`, { details: [{ path, message }] });
}
