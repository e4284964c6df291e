import { MemoryKeySpace } from '../support/memory-key-space.ts';
import { keySpaceContract } from './key-space.suite.ts';

describe('the key space in memory', function () {
  this.timeout(30_000);
  const keys = new MemoryKeySpace();
  after(() => {
    // Ends the timers of leases.
    keys.wipe();
  });
  keySpaceContract(() => ({
    open: () => keys,
    stop: () => {
      keys.stop();
    },
    start: () => {
      keys.start();
    },
    wipe: () => {
      keys.wipe();
    },
    compact: () => {
      keys.compact();
    },
  }));
});
