// npm run package: packages for machines without Node.js in packages/, a tar.gz and a Debian package for x64 and arm64.
import { prepareRepository } from './repository.mjs';
import { main, node, run } from './steps.mjs';

await main(async () => {
  await prepareRepository();
  await run(node(), ['scripts/package/make.mjs']);
});
