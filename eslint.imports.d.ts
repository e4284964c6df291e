export const importTable: Readonly<
  Record<
    string,
    { readonly own: readonly string[]; readonly types: readonly string[]; readonly packages: readonly string[] }
  >
>;
export function forbiddenImports(): Record<string, object[]>;
export function filesOf(room: string): string[];
