import { MemoryDirectory } from '../support/memory-directory.ts';
import { directoryContract } from './directory.suite.ts';

describe('the name directory in memory', () => {
  directoryContract(() => new MemoryDirectory());
});
