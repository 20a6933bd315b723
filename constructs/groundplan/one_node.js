// jsii's runtime in one Node instead of two.
//
// What jsii starts is a Node that starts a second one and passes every message on; half of its time goes there.
// This file stands in for the first ($JSII_RUNTIME) and runs the second's program here: that reads and writes
// descriptor 3, which is standard input and output of this process. What cdk8s prints goes where jsii's client
// expects it, wrapped, so that it never stands between two messages.
// https://aws.github.io/jsii/user-guides/lib-user/configuration/
'use strict';
const fs = require('fs');
const workers = require('worker_threads');

const { readSync, writeSync } = fs;
fs.readSync = (descriptor, ...rest) => readSync(descriptor === 3 ? 0 : descriptor, ...rest);
fs.writeSync = (descriptor, ...rest) => writeSync(descriptor === 3 ? 1 : descriptor, ...rest);

for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, ...rest) => {
    writeSync(2, `${JSON.stringify({ [name]: Buffer.from(chunk).toString('base64') })}\n`);
    const done = rest.find((argument) => typeof argument === 'function');
    if (done) process.nextTick(done);
    return true;
  };
}

// Packages are linked to their cache only where this option is among the arguments; $NODE_PRESERVE_SYMLINKS sets it.
process.execArgv.push('--preserve-symlinks');

// It starts a worker from the file beside it, which the Python package keeps under a longer name.
const { Worker } = workers;
workers.Worker = class extends Worker {
  constructor(file, options) {
    super(String(file).replace(/([\\/])(runtime-index-worker\.js)$/, '$1lib__$2'), options);
  }
};

// Whoever started this decides when it ends: once its end of standard input is closed, what lies in /tmp is removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

require(process.env.GROUNDPLAN_JSII_PROGRAM);
