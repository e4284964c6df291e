import type { FastifySchemaValidationError } from 'fastify';
import { HttpError, type FieldError } from './http-error.ts';
import type { ErrorForm } from './route.ts';

/** Errors that are named. */
const maxDetails = 50;
/** The first job server's words for fields. */
const jobsWords: Readonly<Record<string, string>> = { id: 'container id missing' };
const plainFields: ReadonlySet<string> = new Set(['command', 'image']);

/** What a schema says of a request, as an error in the form of its route. */
export function validationError(errors: readonly FastifySchemaValidationError[], form: ErrorForm): HttpError {
  const details = errors.slice(0, maxDetails).map(fieldError);
  const [first = { path: '', message: 'is invalid' }] = details;
  const message = form === 'jobs' ? jobsMessage(first) : `${first.path === '' ? 'it' : first.path} ${first.message}`;
  return new HttpError(400, message, { details });
}

function fieldError({ instancePath, message = 'is invalid', params }: FastifySchemaValidationError): FieldError {
  const { missingProperty } = params;
  if (typeof missingProperty === 'string') return { path: `${instancePath}/${missingProperty}`, message: 'is missing' };
  return { path: instancePath, message };
}

function jobsMessage({ path, message }: FieldError): string {
  const [, field = 'command', ...deeper] = path.split('/');
  const known = jobsWords[field];
  if (known !== undefined) return known;
  const more = plainFields.has(field) ? '' : `: ${[...deeper, message].join(' ')}`;
  return `${field} missing or invalid${more}`;
}
