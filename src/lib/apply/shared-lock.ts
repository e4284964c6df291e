import type { OwnerLock } from './owner-lock.ts';

/** The lock of one owner for plans that one process applies at the same time: held from the first to the last. */
export class SharedLock {
  #lock: OwnerLock | undefined;
  #taken: Promise<void> | undefined;
  #released: Promise<void> = Promise.resolve();
  #users = 0;

  /** For one plan; `make` gives the lock itself, when it has to be taken. */
  open(make: () => OwnerLock): OwnerLock {
    let isHeld = false;
    return {
      get isHeld() {
        return isHeld;
      },
      acquire: async () => {
        await this.#acquire(make);
        isHeld = true;
      },
      assertHeld: async () => this.#lock?.assertHeld(),
      release: async () => {
        if (isHeld) await this.#release();
        isHeld = false;
      },
    };
  }

  async #acquire(make: () => OwnerLock): Promise<void> {
    this.#users += 1;
    this.#taken ??= this.#released.then(async () => {
      const lock = make();
      await lock.acquire();
      this.#lock = lock;
    });
    const taken = this.#taken;
    try {
      await taken;
    } catch (error) {
      this.#users -= 1;
      if (this.#taken === taken) this.#taken = undefined;
      throw error;
    }
  }

  async #release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    const lock = this.#lock;
    this.#lock = undefined;
    this.#taken = undefined;
    const released = lock?.release() ?? Promise.resolve();
    this.#released = released.catch(() => {});
    await released;
  }
}
