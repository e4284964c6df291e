import { HttpError } from '../http/http-error.ts';

export function unknownService(name: string): HttpError {
  return new HttpError(404, `Service ${name} is not in the service directory.`);
}
