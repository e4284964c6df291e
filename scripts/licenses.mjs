// The packages of npm that the bundles contain, with their licenses, which have to go where the bundles go.
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const inPackage = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** `metafiles`: what esbuild says of each of its outputs. A package counts if any of its code is in one of them. */
export function bundledPackages(metafiles) {
  const directories = new Set();
  for (const { inputs } of metafiles.flatMap(({ outputs }) => Object.values(outputs)))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const directory = inPackage.exec(resolve(path))?.[1];
      if (bytesInOutput > 0 && directory !== undefined) directories.add(directory);
    }
  // A version may be in several directories.
  const packages = new Map([...directories].map(describePackage).map((each) => [titleOf(each), each]));
  return [...packages.values()].sort((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
}

function describePackage(directory) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const files = readdirSync(directory)
    .filter((each) => /^(licen[cs]e|copying|notice)\b/i.test(each))
    .sort();
  if (files.length === 0 && license === undefined) throw new Error(`${directory} has no license`);
  const texts = files.map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return { name, version, license, author: author?.name ?? author, texts };
}

const titleOf = ({ name, version }) => `${name} ${version}`;
const line = '-'.repeat(80);

export function licensesText(packages) {
  const parts = packages.map((each) => {
    const { license, author, texts } = each;
    const shown = texts.length === 0 ? [`By ${author ?? 'its authors'}, under ${license}.`] : texts;
    return [line, `${titleOf(each)} (${license})`, '', shown.join('\n\n'), ''].join('\n');
  });
  return `dockerops contains code of these packages of npm.\n\n${parts.join('\n')}`;
}
