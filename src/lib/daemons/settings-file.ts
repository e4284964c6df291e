import { readBoundedText, whyUnread } from '../bounded-file.ts';
import { UserError } from '../errors.ts';

/** A settings file as text; `name` begins every place in it. */
export interface SettingsText {
  readonly name: string;
  readonly text: string;
}

export interface SettingsFileChoice {
  /** Of `--config`. */
  readonly flag: string | undefined;
  /** Name of the variable that does the same. */
  readonly variable: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Read when neither names one, if it exists. */
  readonly usual: string;
  /** Of the error when it cannot be read. */
  readonly code: string;
}

/** The file that a flag names, else a variable, else the usual one. Throws when the named one cannot be read. */
export function readSettingsFile(choice: SettingsFileChoice): SettingsText | undefined {
  const { flag, variable, environment, usual, code } = choice;
  const name = flag ?? environment[variable] ?? usual;
  try {
    return { name, text: readBoundedText(name) };
  } catch (cause) {
    const reason = whyUnread(cause);
    const isMissing = reason === 'ENOENT';
    if (isMissing && name === usual && flag === undefined) return undefined;
    const where = flag !== undefined ? '--config: ' : environment[variable] !== undefined ? `${variable}: ` : '';
    throw new UserError(`${where}${name} cannot be read: ${isMissing ? 'it does not exist' : reason}`, {
      code,
      cause,
      suggestions: [
        isMissing
          ? `name a file that exists; without a name, ./${usual} is read if it exists`
          : 'name a file that this user may read',
      ],
    });
  }
}
