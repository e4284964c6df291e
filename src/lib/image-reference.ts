/**
 * One spelling for each image reference, so that `demo/one`, `demo/one:latest` and `docker.io/demo/one` are found to be
 * the same image. References with a digest or an image id stay as they are.
 */
export function canonicalReference(reference: string): string {
  const name = reference.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  return /^sha256:|@|:[^/]+$/.test(name) ? name : `${name}:latest`;
}
