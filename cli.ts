#!/usr/bin/env node
/** The `ominus` command. */
import { main } from './cli/main.js';

await main(process.argv);
