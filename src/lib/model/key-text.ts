/** A key as text: an OpenSSH private key with its one-line public part, or a base64 secret without one. */
export interface KeyText {
  readonly private: string;
  readonly public: string;
  /** Of a host key that the project's authority has certified: one line, as OpenSSH has it. */
  readonly certificate?: string;
}
