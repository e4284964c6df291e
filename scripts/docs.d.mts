/** File path in the repository to its text. */
export function generatedDocs(): Promise<Record<string, string>>;
