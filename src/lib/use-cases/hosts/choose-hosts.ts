import { findNearest } from '../../did-you-mean.ts';
import { UserError } from '../../errors.ts';
import { loadHostsConf, type ConfHost, type ConfHosts } from '../../project/conf/hosts-conf.ts';
import { invalidConf } from '../../project/load-project.ts';

/** The hosts of the project. Throws one error with all mistakes in hosts.conf. */
function projectHosts(projectDirectory: string): ConfHosts {
  const { hosts, problems } = loadHostsConf(projectDirectory);
  if (problems.length > 0) throw invalidConf(problems);
  return hosts;
}

/** The hosts of these names, each once. Throws for names that hosts.conf does not have. */
export function chooseHosts(projectDirectory: string, names: readonly string[]): readonly ConfHost[] {
  const hosts = projectHosts(projectDirectory);
  return [...new Set(names)].map((name) => {
    const host = hosts.get(name);
    if (host === undefined) throw unknownHost(name, [...hosts.keys()]);
    return host;
  });
}

function unknownHost(name: string, known: readonly string[]): UserError {
  const nearest = findNearest(name, known);
  const suggestion = nearest === undefined ? `hosts are ${known.join(', ')}` : `did you mean "${nearest}"?`;
  return new UserError(`hosts.conf has no host "${name}"`, {
    code: 'UNKNOWN_HOST',
    suggestions: [
      known.length === 0
        ? `describe it there: { "${name}": { "engine": "ssh://user@host", "address": "10.0.0.5" } }`
        : suggestion,
    ],
  });
}
