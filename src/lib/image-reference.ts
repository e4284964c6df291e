import { cutAt } from './cut-text.ts';

/** A part of a host name, and of a path: separators are single, except for `__` and any number of `-`. */
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
/** What has neither a dot nor a port, and is not `localhost`, is a part of the path: that is never in capitals. */
const port = String.raw`:\d+`;
const dotted = String.raw`${label}(?:\.${label})+`;
const bracketed = String.raw`\[[a-fA-F0-9:]+\]`;
const host = `(?:(?:localhost|${dotted}|${bracketed})(?:${port})?|${label}${port})`;
const path = String.raw`(?=[a-z0-9._/-]{1,255}(?:[:@]|$))${component}(?:/${component})*`;
const tag = String.raw`\w[\w.-]{0,127}`;
const digest = 'sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}';

/**
 * A reference of an image as the engine takes it, as a regular expression for JSON Schemas: the grammar of
 * https://github.com/distribution/reference. 64 hex digits alone are the id of an image.
 */
export const imagePattern = String.raw`^(?![a-f0-9]{64}$)(?:${host}/)?${path}(?::${tag})?(?:@(?:${digest}))?$`;
export const tagPattern = `^${tag}$`;

const imageForm = new RegExp(imagePattern);
const maxLength = 512;

export function isImageReference(text: string): boolean {
  return text.length <= maxLength && imageForm.test(text);
}

/**
 * The canonical spelling of an image reference, so that `demo/one`, `demo/one:latest` and `docker.io/demo/one` are the
 * same image. References with a digest, and image ids, are unchanged.
 */
export function canonicalReference(reference: string): string {
  const name = reference.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  const tag = name.indexOf(':', name.lastIndexOf('/') + 1);
  const isComplete = name.includes('@') || name.startsWith('sha256:') || (tag !== -1 && tag < name.length - 1);
  return isComplete ? name : `${name}:latest`;
}

/** Without tag and digest: `host:5000/demo/one` of `host:5000/demo/one:2`. */
export function repositoryOf(reference: string): string {
  const tagged = cutAt(canonicalReference(reference), '@');
  const colon = tagged.lastIndexOf(':');
  return colon > tagged.lastIndexOf('/') ? tagged.slice(0, colon) : tagged;
}
