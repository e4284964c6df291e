import type { Problem } from '../../errors.ts';
import type { Path } from './compose-file.ts';

/** What the conversion of one service knows and gathers. */
export interface ServiceContext {
  /** As the compose file has it. */
  readonly compose: string;
  /** As it is called here. */
  readonly service: string;
  /** Here, by the names of the compose file. */
  readonly names: ReadonlyMap<string, string>;
  /** Of the file `.env`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly root: Readonly<Record<string, unknown>>;
  hasFile(path: string): boolean;
  /** Something that is not carried, with its place. */
  lose(path: Path, message: string, suggestion?: string): void;
  /** Something that is carried in another way. */
  tell(path: Path, message: string): void;
  /** A value for host.conf: it comes from a file that is not committed. At the end is told whether it is kept. */
  keepOnHost(path: Path, name: string, value: string): void;
}

/** What is lost or told, by its place. */
export interface Remark extends Problem {
  readonly where: string;
}
