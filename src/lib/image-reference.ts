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
