import type { Path, YamlMap } from './compose-file.ts';

/** What the conversion of one service needs to know, and where it reports what it cannot carry over. */
export interface ServiceContext {
  /** The name of the service here. */
  readonly service: string;
  /** Names here, by the names in the compose file. */
  readonly names: ReadonlyMap<string, string>;
  /** Variables of the file `.env`. */
  readonly variables: Readonly<Record<string, string>>;
  /** The whole compose file. */
  readonly root: YamlMap;
  hasFile(path: string): boolean;
  /** The text of a file beside the compose file, if it can be read. */
  readFile(path: string): string | undefined;
  /** Reports a part of the service that has no equivalent. Paths are relative to the service. */
  drop(path: Path, message: string, suggestion?: string): void;
  /** Reports a part of the service that is converted to something else. */
  convert(path: Path, message: string): void;
  /** Asks for a value to be put into host.conf, since it comes from a file that is not committed. */
  keepOnHost(path: Path, name: string, value: string): void;
  /** Puts a value into an env file of this service alone. */
  keepForService(name: string, value: string): void;
  /** Notes a variable of an env file: a value of host.conf would beat it. */
  noteVariable(name: string, value: string): void;
}
