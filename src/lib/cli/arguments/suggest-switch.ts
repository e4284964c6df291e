import { UserError } from '../../errors.ts';

/** `plan:clean` means a service called clean. If there is none, the error also suggests the switch of that name. */
export function suggestSwitch(
  error: Error,
  id: string,
  words: readonly string[],
  flags: Readonly<Record<string, { readonly type: string }>>,
): Error {
  const [word = ''] = words;
  const name = word.replaceAll('_', '-');
  if (
    !(error instanceof UserError) ||
    error.code !== 'UNKNOWN_SERVICE' ||
    !Object.hasOwn(flags, name) ||
    flags[name]?.type !== 'boolean'
  )
    return error;
  const { message, code, suggestions, problems, cause } = error;
  return new UserError(message, {
    code,
    problems,
    cause,
    suggestions: [...suggestions, `if you mean the switch: dockerops ${id}:${word}=True`],
  });
}
