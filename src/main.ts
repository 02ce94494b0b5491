#!/usr/bin/env node
// The program: one process that serves, or runs one command. Everything else is imported only once the process is set
// up for it.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import '#app/thread-pool';

// Compiled sources are kept beside the packages (never in a directory that others can write to): starting takes half
// the time and 15 MB less. Where that directory cannot be written, nothing is kept.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'hearth'));
const { runProgram } = await import('#app/program');
flushCompileCache();
process.exitCode = await runProgram(process.argv.slice(2));
