/** Keys that policies ask for, and those that a directory has. Of one key, several registrators may have a claim. */

/** Whose answer asked for a key. */
export interface KeySource {
  readonly policy: string;
  /** Empty for a policy that has no configurations. */
  readonly configuration: string;
  /** Its name. */
  readonly container: string;
}

export interface RequestedKey {
  readonly key: string;
  readonly value: string;
  readonly source: KeySource;
}

/** A key after all requests of one registrator are merged. */
export interface DesiredKey {
  readonly key: string;
  readonly value: string;
  /** Those that asked for this value. */
  readonly sources: readonly KeySource[];
}

/** An entry of the directory. Without a lease it stays until it is deleted. */
export interface ObservedKey {
  readonly value: string;
  /** The revision of its last change. */
  readonly modified: string;
  readonly lease?: string;
}

/** What a registrator has written down as its own value of a key. */
export interface KeyClaim extends ObservedKey {
  readonly key: string;
  readonly registrator: string;
}
