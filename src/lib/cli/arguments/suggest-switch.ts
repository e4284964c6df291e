import { UserError } from '../../errors.ts';

/** `plan:clean` names a service called clean. Where there is none, the switch of that name is told of, too. */
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
    suggestions: [...suggestions, `for the switch: dockerops ${id}:${word}=True`],
  });
}
