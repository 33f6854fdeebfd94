#!/usr/bin/env node
/** The `ominus` command. */
const { main } = process.argv[2] === 'merge' ? await import('./cli/merge-main.js') : await import('./cli/main.js');

await main(process.argv);
