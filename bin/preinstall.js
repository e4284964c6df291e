'use strict';
// A global install on a Node that cannot run dockerops fails here, before it looks as if it had worked.
var version = require('./node-version.js');

if (process.env.npm_config_global === 'true' && version.isTooOld(process.versions.node)) {
  process.stderr.write(version.sentence(process.versions.node) + '\n');
  process.exit(1);
}
