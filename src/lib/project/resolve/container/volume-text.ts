import { isAbsolute, resolve } from 'node:path';
import type { Problem } from '../../../errors.ts';
import type { MountSpec } from '../../../model/desired.ts';
import type { ProjectPlace } from '../../find-project.ts';

const projectVariable = /\$\{PROJECT_DIR\}|\$PROJECT_DIR\b/g;
/** Stands for the directory while the rest is read. No path can have it. */
const projectMark = '/\0';

type Complaint = Pick<Problem, 'message' | 'suggestion'>;
export type ParsedVolume = { readonly mount: MountSpec } | { readonly problem: Complaint };

/** `source:target` or `source:target:ro`; the source is a path, or the name of a volume of the project. */
export function parseVolume(text: string, { name, directory }: ProjectPlace): ParsedVolume {
  // Split first: the directory may have a colon in its name, and a dollar sign, which is no variable then.
  const written = text.replaceAll(projectVariable, projectMark).split(':');
  const problem = variableProblem(text, written) ?? formProblem(text, written) ?? pathProblem(text, written);
  if (problem !== undefined) return { problem };
  const [source = '', target = '', mode] = written.map((part) => part.replaceAll(projectMark, () => directory));
  const readOnly = mode === 'ro';
  if (isAbsolute(source)) return { mount: { kind: 'bind', source, target, readOnly } };
  if (isPath(source)) return { mount: { kind: 'bind', source: resolve(directory, source), target, readOnly } };
  return { mount: { kind: 'volume', volume: `dockerops-${name}-${source}`, target, readOnly, lifetime: 'kept' } };
}

function isPath(source: string): boolean {
  return isAbsolute(source) || source.startsWith('.');
}

function variableProblem(text: string, [source = '']: readonly string[]): Complaint | undefined {
  const variable = /\$\{?(\w+)/.exec(source)?.[1];
  if (variable === undefined) return undefined;
  return { message: `"${text}" uses $${variable}; the only variable here is $PROJECT_DIR` };
}

function formProblem(text: string, [source, target, mode = 'rw', ...rest]: readonly string[]): Complaint | undefined {
  if (source !== '' && target !== undefined && rest.length === 0 && ['ro', 'rw'].includes(mode)) return undefined;
  return {
    message: `"${text}" is not a valid volume`,
    suggestion: 'write it like "$PROJECT_DIR/conf:/conf", "/srv/x:/x:ro" or "name:/x"',
  };
}

function pathProblem(text: string, [source = '', target = '']: readonly string[]): Complaint | undefined {
  if (!target.startsWith('/'))
    return {
      message: `"${text}" is mounted on ${target}, which is not an absolute path`.replaceAll(
        projectMark,
        () => '$PROJECT_DIR',
      ),
      suggestion: `write "${source}:/${target}"`.replaceAll(projectMark, () => '$PROJECT_DIR'),
    };
  if (/^\/[./]*$/.test(target)) return { message: `"${text}" is mounted on the root directory of the container` };
  if (isPath(source) || /^[a-zA-Z0-9][\w.-]*$/.test(source)) return undefined;
  return {
    message: `"${source}" is neither a path nor a name of a volume`,
    suggestion: `for a directory of the project write "./${source}:${target}"`,
  };
}
