import { HttpTooLarge } from '../http-client.ts';

const maxBytes = 32 * 1024 * 1024;

/** The lines of an answer as they arrive, without empty ones. An answer that is not read to its end is destroyed. */
export async function* linesOf(response: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let rest: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8');
      if (line !== '') yield line;
      [rest, bytes, from] = [[], 0, end + 1];
    }
    rest.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxBytes) throw new HttpTooLarge(maxBytes);
  }
}
