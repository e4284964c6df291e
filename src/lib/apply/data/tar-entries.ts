import { DockeropsError, OperationFailed } from '../../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { headersOf, readEntry } from './tar-entry.ts';
import { padded } from './tar-header.ts';

/**
 * The bytes of a tar's entries without its end, so that tars can be concatenated. Rejects when the tar is cut off,
 * which is how an engine reports files that change while it reads them.
 */
export async function* tarEntries(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const bytes = new ByteReader(archive);
  try {
    for (let entry = await readEntry(bytes); entry !== undefined; entry = await readEntry(bytes)) {
      yield headersOf(entry);
      yield* bytes.pass(padded(entry.size));
    }
    await bytes.drain();
  } catch (cause) {
    throw cause instanceof DockeropsError ? cause : cutOff(cause);
  } finally {
    await bytes.close();
  }
}

function cutOff(cause: unknown): OperationFailed {
  return new OperationFailed('the data changed while it was read, or the engine stopped sending it', {
    code: 'CUT_OFF',
    suggestions: ['stop the instance for the backup: --stop'],
    cause,
  });
}
