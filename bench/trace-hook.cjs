'use strict';
// Loaded into a command before its own code: records events with their times, and writes them to the file
// DOCKEROPS_TRACE at the end.
const { writeFileSync } = require('node:fs');
const { subscribe } = require('node:diagnostics_channel');
const { performance } = require('node:perf_hooks');
const Module = require('node:module');
const vm = require('node:vm');

const marks = [];
const note = (what, start, end) => marks.push({ what, start, end });
const calls = new Map();

subscribe('http.client.request.start', ({ request }) => calls.set(request, performance.now()));
subscribe('http.client.response.finish', ({ request }) => finish(request));
function finish(request) {
  const start = calls.get(request);
  if (start === undefined) return;
  calls.delete(request);
  request.res?.once('end', () =>
    note(`${request.method} ${decodeURIComponent(request.path).slice(0, 70)}`, start, performance.now()),
  );
}

const load = Module._load;
Module._load = function (name, ...rest) {
  const start = performance.now();
  const loaded = load.call(this, name, ...rest);
  if (/\/dist\/|^\.\/packages\//.test(name)) note(`load ${name.replace(/^.*\/dist\//, '')}`, start, performance.now());
  return loaded;
};

// The two steps of the launcher: V8 loads the script with its code cache, then the modules of the bundle run.
const run = vm.Script.prototype.runInThisContext;
vm.Script.prototype.runInThisContext = function (...args) {
  note('read the bundle and its code', performance.nodeTiming.bootstrapComplete, performance.now());
  const program = run.apply(this, args);
  if (typeof program !== 'function') return program;
  return (...given) => {
    const start = performance.now();
    program(...given);
    note('load the modules that every command needs', start, performance.now());
  };
};

process.on('exit', () => {
  const end = performance.now();
  const { bootstrapComplete } = performance.nodeTiming;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(
    process.env.DOCKEROPS_TRACE,
    JSON.stringify({
      boot: bootstrapComplete,
      marks,
      end,
      cpuMs: (userCPUTime + systemCPUTime) / 1000,
      memoryMiB: maxRSS / 1024,
    }),
  );
});
