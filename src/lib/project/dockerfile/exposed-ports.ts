import type { Problem } from '../../errors.ts';
import type { PortSpec } from '../../model/desired.ts';
import type { Instruction } from './syntax.ts';
import { substitute, TooLong, type Values } from './variables.ts';

export type ExposedPort = Pick<PortSpec, 'container' | 'protocol'> & { readonly where: string };

export interface Exposed {
  readonly ports: readonly ExposedPort[];
  readonly problems: readonly Problem[];
}

interface PortRange {
  readonly from: number;
  readonly to: number;
  readonly protocol: 'tcp' | 'udp';
}

/** What one instruction exposes. */
interface Expose {
  readonly where: string;
  readonly ranges: readonly PortRange[];
  readonly problems: readonly Problem[];
}

interface StageText {
  readonly instructions: readonly Instruction[];
  readonly values: Values;
}

/** Each port may be published, and is compared with those of all others. */
const maxPorts = 1000;

/** The ports of the stages of an image; at most `maxPorts`, counted as they are written. */
export function exposedIn(file: string, stages: readonly StageText[]): Exposed {
  const ports: ExposedPort[] = [];
  const problems: Problem[] = [];
  for (const { instructions, values } of stages)
    for (const instruction of instructions) {
      const exposed = parseExpose(file, instruction, values);
      problems.push(...exposed.problems);
      const count = exposed.ranges.reduce((sum, { from, to }) => sum + to - from + 1, ports.length);
      if (count > maxPorts) return { ports, problems: [...problems, tooMany(exposed.where)] };
      ports.push(...exposed.ranges.flatMap(portsOf).map((port) => ({ ...port, where: exposed.where })));
    }
  return { ports, problems };
}

function tooMany(where: string): Problem {
  return {
    where,
    message: `the image exposes more than ${maxPorts} ports`,
    suggestion: 'expose fewer ports, or use the network of the host',
  };
}

/**
 * The ports of one instruction: `EXPOSE 80 53/udp 3000-3005`, or a comment: `#UDP_EXPOSE 53` or, as in later versions
 * of DockerOps, `# reyns: expose 80/tcp`.
 */
function parseExpose(file: string, instruction: Instruction, values: Values): Expose {
  const where = `${file}:${String(instruction.line)}:1`;
  const { written, protocol } = exposedBy(instruction);
  if (written === undefined) return { where, ranges: [], problems: [] };
  const text = trySubstitute(written, values);
  if (text === undefined)
    return { where, ranges: [], problems: [{ where, message: 'EXPOSE is too long once its variables are replaced' }] };
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const read = words.map((word) => ({ word, range: readRange(word, protocol) }));
  return {
    where,
    ranges: read.flatMap(({ range }) => range ?? []),
    problems: read
      .filter(({ range }) => range === undefined)
      .map(({ word }) => ({
        where,
        message: `EXPOSE ${word} is not a port`,
        suggestion: `write it like EXPOSE 80, 53/udp or 3000-3005; a range has at most ${maxPorts} ports`,
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

function readRange(word: string, protocol: 'tcp' | 'udp'): PortRange | undefined {
  const [, first, last, named] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp))?$/i.exec(word) ?? [];
  const from = Number(first);
  const to = Number(last ?? first);
  if (first === undefined || from < 1 || to > 65_535 || to < from || to - from >= maxPorts) return undefined;
  return { from, to, protocol: (named?.toLowerCase() ?? protocol) as 'tcp' | 'udp' };
}

function portsOf({ from, to, protocol }: PortRange): readonly Omit<ExposedPort, 'where'>[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ container: from + index, protocol }));
}
