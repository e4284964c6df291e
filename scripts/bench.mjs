// npm run bench: dockerops beside docker compose, from a bare clone. Arguments go to bench/main.ts.
import { prepareEngine } from './engine.mjs';
import { prepareRepository } from './repository.mjs';
import { exitCodeOf, main, node } from './steps.mjs';

await main(async () => {
  await prepareRepository();
  await prepareEngine();
  return await exitCodeOf(node(), ['bench/main.ts', ...process.argv.slice(2)]);
});
