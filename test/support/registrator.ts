import type { StatusDocument } from '../../src/lib/daemons/registrator/status.ts';
import { TestDaemon } from './daemon.ts';

/** `dockerops registrator` as a child process, on a free port. */
export class TestRegistrator extends TestDaemon<StatusDocument> {
  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    super('registrator', words, environment);
  }
}
