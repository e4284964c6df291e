import type { ErrorForm } from './route.ts';

/** A refusal with its HTTP status; anything else that a route throws is a fault of the server. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly details: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { readonly details?: readonly FieldError[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.details = more.details ?? [];
    this.headers = more.headers ?? {};
  }
}

/** What is wrong with one field: a JSON pointer and why. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

interface ErrorContext {
  readonly form: ErrorForm;
  readonly requestId: string;
  /** A registry login was sent. */
  readonly hasLogin: boolean;
}

/** The body of an answer that refuses. */
export function errorDocument({ status, message, details }: HttpError, context: ErrorContext): object {
  if (context.form === 'jobs') return { success: false, code: status, error: message, auth: context.hasLogin, id: '' };
  return { statusCode: status, message, errors: details, uuid: context.requestId };
}
