import type { StatusDocument } from '../../src/lib/daemons/operator/status.ts';
import { TestDaemon } from './daemon.ts';

/** `dockerops operator` as a child process, on a free port. */
export class TestOperator extends TestDaemon<StatusDocument> {
  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    super('operator', words, environment);
  }
}
