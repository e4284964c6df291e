export const importTable: Readonly<
  Record<
    string,
    { readonly own: readonly string[]; readonly types: readonly string[]; readonly packages: readonly string[] }
  >
>;
