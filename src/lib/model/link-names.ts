/**
 * All names under which a linking instance finds the target of a link: as it is written, in lower and in upper case,
 * and each with the zone of its search domain. Resolvers ask for a short name with the zone first, where a service of
 * that name would answer; a name that the engine or /etc/hosts has is not passed on to the DNS.
 */
export function linkNames(alias: string, zone: string | undefined): readonly string[] {
  const short = [...new Set([alias, alias.toLowerCase(), alias.toUpperCase()])];
  return zone === undefined ? short : [...short, ...short.map((name) => `${name}.${zone}`)];
}
