/** The lock of an owner, as one plan takes and gives it back. */
export interface OwnerLock {
  readonly isHeld: boolean;
  acquire(): Promise<void>;
  /** Rejects when another command has taken it over. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}
