// Fetches the two versions of etcd that the tests run against: 3.4 of Debian 12 and 3.5 of Debian 13.
import { fetchPrograms } from './debian-program.mjs';
import { main } from './steps.mjs';

await main(() =>
  fetchPrograms([
    { program: 'etcd', debianPackage: 'etcd-server', release: 'bookworm', as: 'etcd-3.4' },
    { program: 'etcd', debianPackage: 'etcd-server', release: 'trixie', as: 'etcd-3.5' },
  ]),
);
