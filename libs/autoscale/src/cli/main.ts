#!/usr/bin/env node
import { resolve } from 'node:path';
import { machine } from './io.ts';
import { main } from './program.ts';

// Who reads the output may have seen enough, such as `head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const args = process.argv.slice(2);
const directory = /^--directory=(?<path>.+)/.exec(args[0] ?? '')?.groups?.['path'];
process.exitCode = await main(
  directory === undefined ? args : args.slice(1),
  machine(resolve(directory ?? '.')),
);
