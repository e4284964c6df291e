import type { Readable } from 'node:stream';
import { definedOnly } from '../defined.ts';
import {
  Conflict,
  DockeropsError,
  EngineError,
  EngineUnreachable,
  Forbidden,
  Interrupted,
  NotFound,
  messageOf,
} from '../errors.ts';

import { withNames } from './container-names.ts';
import { WrongShape } from './shape.ts';

/** Why a call failed: the engine refused, or could not be reached. */
export interface EngineFailure {
  readonly status?: number;
  /** As the engine says it. */
  readonly message: string;
  readonly cause?: unknown;
}

/**
 * The one place where answers become errors: by HTTP status or by Node's error code, never by their text, with one
 * exception: that a disk is full has no status of its own.
 */
export function engineError(step: string, failure: EngineFailure): EngineError {
  const message = `${step}: ${withNames(failure.message)}`;
  const { cause } = failure;
  if ((failure.status ?? 0) >= 500 && tellsFullDisk(message)) return fullDisk(message, cause);
  if (failure.status === 404) return new NotFound(message, { code: 'NOT_FOUND', cause });
  if (failure.status === 403) return new Forbidden(message, { code: 'ENGINE_REFUSED', cause });
  if (failure.status === 409) return new Conflict(message, { code: 'CONFLICT', cause });
  if (failure.status === 503) return new EngineError(message, { code: 'ENGINE_UNAVAILABLE', cause });
  if (failure.status !== undefined) return new EngineError(message, { code: 'ENGINE_REFUSED', cause });
  if (isPermissionError(cause)) return new EngineUnreachable(message, { code: 'ENGINE_NO_PERMISSION', cause });
  return new EngineUnreachable(message, { code: 'ENGINE_UNREACHABLE', cause, suggestions: ['dockerops doctor'] });
}

/** As the operating system says it, and the engine passes it on. */
export function tellsFullDisk(message: string): boolean {
  return /no space left on device/i.test(message);
}

export function fullDisk(message: string, cause?: unknown): EngineError {
  return new EngineError(message, {
    code: fullDiskCode,
    suggestions: ['see what uses the disk of the engine: docker system df', 'free some: docker image prune'],
    cause,
  });
}

export const fullDiskCode = 'ENGINE_DISK_FULL';

/** Where a call goes, and what may have ended it. */
export interface CallPlace {
  readonly address: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes an error of anything that a call throws. Our own errors stay as they are, an abort becomes its reason, and all
 * else is taken for a failure of the connection.
 */
export function wrapFailure(step: string, cause: unknown, { address, signal }: CallPlace): Error {
  if (cause instanceof DockeropsError) return cause;
  if (cause instanceof WrongShape) return invalidAnswer(step, address, cause.message, cause);
  if (signal?.aborted === true)
    return signal.reason instanceof DockeropsError ? signal.reason : new Interrupted(`${step}: interrupted`);
  const { statusCode, json } = cause as { readonly statusCode?: number; readonly json?: unknown };
  const place = statusCode === undefined ? `, from the engine at ${address}` : '';
  const message = engineMessage(json) ?? `${withoutStatus(messageOf(cause))}${place}`;
  return engineError(step, { message, cause, ...definedOnly({ status: statusCode }) });
}

/** dockerode gives the answer to a call with a stream in its own message alone, behind the status. */
function withoutStatus(message: string): string {
  return message.replace(/^\(HTTP code \d{3}\) [a-z ]{1,40} - /, '').trim();
}

/** What answers is no engine, or a broken one. */
export function invalidAnswer(step: string, address: string, reason: string, cause?: unknown): EngineError {
  return new EngineError(`${step}: what answers at ${address} is no Docker engine: ${reason}`, {
    code: 'ENGINE_ANSWER_INVALID',
    suggestions: ['see whether the address is right: dockerops doctor'],
    cause,
  });
}

/** The engine's message in the body of an answer: `{"message": …}`, or plain text. */
export function engineMessage(body: unknown): string | undefined {
  if (typeof body === 'string') return plainMessage(body.trim());
  if (typeof body !== 'object' || body === null || !('message' in body)) return undefined;
  return typeof body.message === 'string' ? body.message : undefined;
}

/** A web page, or a text of many lines, is no message. */
function plainMessage(body: string): string | undefined {
  return body === '' || body.startsWith('<') || body.length > 2000 ? undefined : body;
}

/** For uploads: when reading the source failed, that is the reason, and not the connection that was closed for it. */
export function uploadFailure(step: string, cause: unknown, source: Readable, place: CallPlace): Error {
  const { errored } = source;
  if (errored === null || place.signal?.aborted === true) return wrapFailure(step, cause, place);
  return errored instanceof DockeropsError
    ? errored
    : new EngineError(`${step}: ${errored.message}`, { code: 'UPLOAD_FAILED', cause: errored });
}

export function isPermissionError(cause: unknown): boolean {
  return hasCode(cause, ['EACCES', 'EPERM']);
}

export function hasCode(cause: unknown, codes: readonly string[]): boolean {
  return cause instanceof Error && codes.includes((cause as NodeJS.ErrnoException).code ?? '');
}
