/**
 * What a fake container can run: enough to see arguments, streams, files and exit codes through the engine's
 * interfaces.
 */
export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type FakeFiles = ReadonlyMap<string, { readonly content: Buffer }>;

/** Undefined: it keeps running. */
export function runProgram(command: readonly string[], files: FakeFiles, stdin: string): ProgramResult | undefined {
  const [name, ...rest] = command;
  switch (name) {
    case 'true':
      return { exitCode: 0, stdout: '', stderr: '' };
    case 'false':
      return { exitCode: 1, stdout: '', stderr: '' };
    case 'echo':
      return { exitCode: 0, stdout: `${rest.join(' ')}\n`, stderr: '' };
    case 'cat':
      return rest[0] === undefined ? { exitCode: 0, stdout: stdin, stderr: '' } : readFile(rest[0], files);
    case 'sh':
    case 'sleep':
      return undefined;
    default:
      return { exitCode: 127, stdout: '', stderr: `${String(name)}: not found\n` };
  }
}

function readFile(path: string, files: FakeFiles): ProgramResult {
  const file = files.get(path);
  if (file === undefined)
    return { exitCode: 1, stdout: '', stderr: `cat: can't open '${path}': No such file or directory\n` };
  return { exitCode: 0, stdout: file.content.toString('utf8'), stderr: '' };
}
