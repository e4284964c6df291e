// What is in a package: each file with its place below the prefix (usr, or where somebody unpacks it), as text or as
// the path of a file to copy.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { completionScript } from '../../src/lib/cli/render/completion-script.ts';
import { root } from '../steps.mjs';
import { manPages } from './man-pages.mjs';

/** What the program reads of its own directory. */
const program = ['bin', 'dist', 'base-image', 'demo', 'skeleton', 'run.conf.example', 'run.conf.schema.json'];

const units = {
  'dockerops-operator.service': 'operator',
  'dockerops-registrator.service': 'registrator',
  'dockerops-serve.service': 'serve',
};
export const unitNames = Object.keys(units);

/** `node`: a directory with the Node.js of npm's package. `release`: name, version, description, commands, date. */
export function contentsOf(node, release) {
  const files = [
    { to: 'bin/dockerops', from: join(root, 'packaging/launcher') },
    { to: 'lib/dockerops/bin/node', from: join(node, 'bin/node') },
    { to: 'lib/dockerops/package.json', from: join(root, 'package.json') },
    ...program
      .flatMap((path) => filesBelow(join(root, path), `lib/dockerops/${path}`))
      .filter(({ from }) => isUsed(from)),
    ...unitNames.map((name) => ({
      to: `lib/systemd/system/${name}`,
      text: readFileSync(join(root, units[name], name), 'utf8').replace(/^# systemd unit of .*\n/, ''),
    })),
    { to: 'share/bash-completion/completions/dockerops', text: completionScript('bash') },
    { to: 'share/zsh/site-functions/_dockerops', text: completionScript('zsh') },
    { to: 'share/fish/vendor_completions.d/dockerops.fish', text: completionScript('fish') },
    ...[...manPages(release.commands, release)].map(([name, text]) => ({ to: `share/man/man1/${name}`, text })),
    ...documentation(),
    { to: 'share/doc/dockerops/copyright', text: copyright(node) },
  ];
  return files.sort((a, b) => (a.to < b.to ? -1 : 1));
}

function documentation() {
  const examples = ['operator', 'registrator'].map((name) => ({
    to: `share/doc/dockerops/examples/${name}.json`,
    from: join(root, name, `${name}.json.example`),
  }));
  const pages = ['README.md', 'CHANGELOG.md'].map((name) => ({
    to: `share/doc/dockerops/${name}`,
    from: join(root, name),
  }));
  return [...pages, ...filesBelow(join(root, 'docs'), 'share/doc/dockerops/docs'), ...examples];
}

function copyright(node) {
  return `dockerops, https://github.com/dockerops/dockerops
Copyright: the contributors to dockerops
License: Apache-2.0, in /usr/share/common-licenses/Apache-2.0 on Debian

${readFileSync(join(root, 'dist/third-party-licenses.txt'), 'utf8')}
${'-'.repeat(80)}
lib/dockerops/bin/node is Node.js, with this license.

${readFileSync(join(node, 'LICENSE'), 'utf8')}`;
}

/** The licenses are in `copyright`, and npm does not install this. */
function isUsed(path) {
  return !['dist/third-party-licenses.txt', 'bin/preinstall.js'].includes(relative(root, path));
}

/** Bytecode of Python is left where tests ran. */
function filesBelow(path, to) {
  if (!statSync(path).isDirectory()) return [{ to, from: path }];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((from) => ({ to: join(to, relative(path, from)), from }));
}
