/** File path in the repository to its text. */
export function generated(): Record<string, string>;
