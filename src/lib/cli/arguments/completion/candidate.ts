import type { ManifestCommand } from '../command-shape.ts';

/** A completed word and its description. A word that ends with `=`, `:` or `/` is not complete yet. */
export interface Candidate {
  readonly word: string;
  readonly about?: string | undefined;
}

/** The part of a command in oclif's manifest that completion needs. */
export interface DescribedCommand extends ManifestCommand {
  readonly description?: string | undefined;
  readonly hidden?: boolean | undefined;
  readonly args?: Readonly<Record<string, Described>> | undefined;
  readonly flags?: Readonly<Record<string, Described & { readonly type: string }>> | undefined;
}

interface Described {
  readonly multiple?: boolean | undefined;
  readonly description?: string | undefined;
  readonly hidden?: boolean | undefined;
  readonly options?: readonly string[] | undefined;
  readonly helpGroup?: string | undefined;
}

/** Names that can be completed, each read only when it is needed. */
export interface Nameable {
  services(): readonly string[];
  /** Of one service, or of all. */
  instances(service: string | undefined): readonly string[];
  groups(): readonly string[];
  confs(): readonly string[];
  operatingSystems(): readonly string[];
  /** Paths that begin so; directories end with a slash. */
  files(start: string): readonly string[];
}
