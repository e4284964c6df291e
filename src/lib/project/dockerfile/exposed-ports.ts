import type { Problem } from '../../errors.ts';
import type { PortSpec } from '../../model/desired.ts';
import type { Instruction } from './syntax.ts';
import { substitute, TooLong, type Values } from './variables.ts';

export type ExposedPort = Pick<PortSpec, 'container' | 'protocol'> & { readonly where: string };

export interface Exposed {
  readonly ports: readonly ExposedPort[];
  readonly problems: readonly Problem[];
}

/**
 * The ports of one instruction: `EXPOSE 80 53/udp 3000-3005`, or a comment: `#UDP_EXPOSE 53` or, as in later versions
 * of DockerOps, `# reyns: expose 80/tcp`.
 */
export function parseExpose(file: string, instruction: Instruction, values: Values): Exposed {
  const where = `${file}:${String(instruction.line)}:1`;
  const { written, protocol } = exposedBy(instruction);
  if (written === undefined) return { ports: [], problems: [] };
  const text = trySubstitute(written, values);
  if (text === undefined)
    return { ports: [], problems: [{ where, message: 'EXPOSE is too long once its variables are replaced' }] };
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const read = words.map((word) => ({ word, ports: readPorts(word, protocol) }));
  return {
    ports: read.flatMap(({ ports }) => ports ?? []).map((port) => ({ ...port, where })),
    problems: read
      .filter(({ ports }) => ports === undefined)
      .map(({ word }) => ({
        where,
        message: `EXPOSE ${word} is not a port`,
        suggestion: `write it like EXPOSE 80, 53/udp or 3000-3005; a range has at most ${maxRange} ports`,
      })),
  };
}

/** The text with the ports, and the protocol of a port without one. */
function exposedBy({ keyword, text }: Instruction): {
  readonly written: string | undefined;
  readonly protocol: 'tcp' | 'udp';
} {
  if (keyword === 'EXPOSE') return { written: text, protocol: 'tcp' };
  const [, udp, tcp] = keyword === '#' ? (/^(?:UDP_?EXPOSE\s(.*)|reyns:\s*expose\s(.*))$/i.exec(text) ?? []) : [];
  return { written: udp ?? tcp, protocol: udp === undefined ? 'tcp' : 'udp' };
}

function trySubstitute(text: string, values: Values): string | undefined {
  try {
    return substitute(text, values);
  } catch (error) {
    if (error instanceof TooLong) return undefined;
    throw error;
  }
}

/** Each port may be published, and is compared with those of all others. */
const maxRange = 1000;

function readPorts(word: string, protocol: 'tcp' | 'udp'): readonly Omit<ExposedPort, 'where'>[] | undefined {
  const [, first, last, named] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp))?$/i.exec(word) ?? [];
  const from = Number(first);
  const to = Number(last ?? first);
  if (first === undefined || from < 1 || to > 65_535 || to < from || to - from >= maxRange) return undefined;
  const chosen = (named?.toLowerCase() ?? protocol) as 'tcp' | 'udp';
  return Array.from({ length: to - from + 1 }, (_, index) => ({ container: from + index, protocol: chosen }));
}
