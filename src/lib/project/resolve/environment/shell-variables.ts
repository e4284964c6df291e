import type { Environment } from '../../find-project.ts';

/** What every shell has for its own user and terminal. */
const ofShell = new Set('PATH HOME LANG LANGUAGE USER LOGNAME PWD OLDPWD SHELL TERM SHLVL _'.split(' '));

/** The variables of a command's environment that may give those of a container their values. */
export function withoutShellVariables(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !ofShell.has(name) && !name.startsWith('LC_')),
  );
}
