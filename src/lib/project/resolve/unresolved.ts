import { UserError, type Problem } from '../../errors.ts';
import type { MissingVariable, Findings } from './findings.ts';

/** One error for everything that keeps a project from being resolved. */
export function unresolved({ problems, missing }: Pick<Findings, 'problems' | 'missing'>): UserError {
  const all = [...problems, ...missing.map(missingProblem)];
  if (problems.length === 0) {
    const names = [...new Set(missing.map(({ name }) => name))].sort();
    return new UserError(`missing: ${names.join(', ')}`, { code: 'MISSING_VARIABLES', problems: all });
  }
  const count = all.length === 1 ? '1 problem' : `${String(all.length)} problems`;
  return new UserError(`the project has ${count}`, { code: 'INVALID_PROJECT', problems: all });
}

function missingProblem({ name, key, reason, where }: MissingVariable): Problem {
  return {
    ...(where === undefined || where === '' ? {} : { where }),
    message: `${key} needs ${name}: ${reason}`,
    suggestion: `${name}=<value> dockerops …, or in host.conf: "${name}": "<value>"`,
  };
}
