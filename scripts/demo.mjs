// npm run demo: from a bare clone to the running demo. A second run is quick and changes nothing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareEngine } from './engine.mjs';
import { prepareRepository } from './repository.mjs';
import { main, root, run, step } from './steps.mjs';

const program = join(root, 'dockerops');
const project = join(root, 'dockerops-demo');

function dockerops(title, words, cwd = project) {
  return step(`${title}: dockerops ${words.join(' ')}`, () => run(program, words, { cwd }));
}

await main(async () => {
  await prepareRepository();
  await prepareEngine();
  await dockerops('make the base images, once', ['init'], root);
  if (!existsSync(project)) await dockerops('write the demo project', ['install_demo'], root);
  await dockerops('build its images', ['build:all']);
  await dockerops('run it', ['run:all']);
  await dockerops('see what runs', ['ps']);
  await dockerops('one instance finds another by name', [
    'exec:demo,instance=two',
    '--',
    'ping',
    '-c',
    '3',
    'demo-one',
  ]);
  process.stdout.write(`
The demo runs. To go on:
  cd ${project}
  ${program} ssh:demo,instance=two      log in; in there: ping demo-one, then exit
  ${program} plan                       what run would do now
To take it away:
  ${program} clean:all
  rm -r ${project}
`);
});
