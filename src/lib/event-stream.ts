import { parseJson } from './json.ts';

/** An event of the server, as `/events` sends it. */
export interface EventAnswer {
  readonly id: string;
  readonly event: string;
  readonly args: readonly unknown[];
}

/** Server-Sent Events; comments are left out. */
export async function* parseEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EventAnswer> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks.flatMap(parseBlock);
  }
}

function parseBlock(block: string): readonly EventAnswer[] {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
      return [name, value];
    }),
  );
  const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
  if (id === undefined || event === undefined || data === undefined) return [];
  return [{ id, event, args: parseJson(data) as readonly unknown[] }];
}
