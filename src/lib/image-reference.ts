import { cutAt } from './cut-text.ts';

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
