import { definedOnly } from '../../defined.ts';
import type { Problem } from '../../errors.ts';
import type { ComposeFile, Path } from './compose-file.ts';

/** Something to know about an import, by its place in the compose file. */
export interface Remark extends Problem {
  readonly where: string;
}

interface Loss {
  readonly path: Path;
  readonly message: string;
  readonly suggestion: string | undefined;
  /** Name in the compose file of the service that loses it. */
  readonly service: string | undefined;
}

/** Gathers what an import does not carry over as it is. */
export class Remarks {
  readonly #file: ComposeFile;
  readonly #lost: Loss[] = [];
  readonly #converted: Remark[] = [];

  constructor(file: ComposeFile) {
    this.#file = file;
  }

  /** What has no equivalent, what matters most first; what several services lose once, with their names. */
  get dropped(): readonly Remark[] {
    const groups = Map.groupBy(this.#lost, ({ message, suggestion, service }) =>
      JSON.stringify([service === undefined, message, suggestion ?? '']),
    );
    return [...groups.values()]
      .flatMap(([first, ...others]) => (first === undefined ? [] : [{ first, others }]))
      .sort((a, b) => weightOf(a.first.path) - weightOf(b.first.path))
      .map(({ first, others }) => this.#remarkOn(first, others));
  }

  /** What has an equivalent that differs. */
  get converted(): readonly Remark[] {
    return this.#converted;
  }

  drop(path: Path, message: string, suggestion?: string, service?: string): void {
    this.#lost.push({ path, message, suggestion, service });
  }

  convert(path: Path, message: string): void {
    this.#converted.push({ where: this.#file.placeOf(path), message });
  }

  #remarkOn({ path, message, suggestion, service }: Loss, others: readonly Loss[]): Remark {
    const services = [...new Set([service, ...others.map((other) => other.service)])];
    const subject = service === undefined ? '' : `${listOf(services)}: `;
    return definedOnly({ where: this.#file.placeOf(path), message: `${subject}${message}`, suggestion });
  }
}

const maxNames = 5;

function listOf(names: readonly (string | undefined)[]): string {
  const more = names.length - maxNames;
  return more <= 0 ? names.join(', ') : `${names.slice(0, maxNames).join(', ')} and ${String(more)} more`;
}

/** A service that is left out comes before data and configuration, and these before how it is started and reached. */
const weights: readonly (readonly string[])[] = [
  ['build', 'image'],
  ['environment', 'env_file', 'secrets', 'configs', 'volumes'],
  ['command', 'entrypoint', 'ports', 'depends_on', 'healthcheck', 'network_mode'],
];

function weightOf([section, , key]: Path): number {
  if (section !== 'services') return weights.length;
  if (key === undefined) return 0;
  const weight = weights.findIndex((keys) => keys.includes(String(key)));
  return weight === -1 ? weights.length : weight;
}
