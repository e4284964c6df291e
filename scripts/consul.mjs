// Fetches the Consul that the tests run against. Debian 12 has none; the release before it has.
import { fetchPrograms } from './debian-program.mjs';
import { main } from './steps.mjs';

await main(() => fetchPrograms([{ program: 'consul', debianPackage: 'consul', release: 'bullseye', as: 'consul' }]));
