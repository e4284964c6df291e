import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Copies to an output that stays open, at the speed of its reader. */
export async function copyOutput(source: Readable, output: Writable): Promise<void> {
  for await (const chunk of source) if (!output.write(chunk)) await once(output, 'drain');
}
