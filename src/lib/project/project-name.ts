import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import { isDnsLabel, labelComplaint, toDnsLabel } from './conf/dns-label.ts';

export interface ProjectName {
  readonly name: string;
  readonly notices: readonly string[];
}

/** The requested name, else that of PROJECT_NAME, of run.conf, or the nearest valid name to that of the directory. */
export function chooseProjectName(
  requested: string | undefined,
  variable: string | undefined,
  written: { readonly name: string; readonly where: string } | undefined,
  directory: string,
): ProjectName {
  if (requested !== undefined) return { name: checkName(requested, '--project'), notices: [] };
  if (variable !== undefined) return { name: checkName(variable, 'PROJECT_NAME'), notices: [] };
  if (written !== undefined) return { name: checkName(written.name, written.where), notices: [] };
  const base = basename(directory);
  const name = isDnsLabel(base) ? base : toDnsLabel(base);
  if (name === '') throw invalidName(`the directory name "${base}" cannot be made a project name`, directory);
  if (name === 'dockerops') throw reservedName(directory);
  if (name === base) return { name, notices: [] };
  return { name, notices: [`the project is called ${name}, since the directory name ${base} is not a host name`] };
}

/** The name that a directory gives; undefined when it gives none. */
export function usualProjectName(directory: string): string | undefined {
  const name = toDnsLabel(basename(directory));
  return name === '' || name === 'dockerops' ? undefined : name;
}

function checkName(name: string, where: string): string {
  if (name === 'dockerops') throw reservedName(where);
  const complaint = labelComplaint('project', name);
  if (complaint === undefined) return name;
  throw new UserError('the project name is not valid', {
    code: 'PROJECT_NAME',
    problems: [{ where, ...complaint }],
  });
}

function reservedName(where: string): UserError {
  return invalidName('the project name "dockerops" is reserved for the base images', where);
}

function invalidName(message: string, where: string): UserError {
  return new UserError(`${where}: ${message}`, {
    code: 'PROJECT_NAME',
    suggestions: ['choose another name with --project <name> or PROJECT_NAME=<name>'],
  });
}
