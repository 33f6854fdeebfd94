import { findRun, merge, openStore, plan, validate } from '../../index.js';

// Check a spec: nothing but its file is opened, and nothing is thrown for what is wrong with it.
const { spec, diagnostics } = await validate('specs/minimal.yaml', { set: ['lambda=0.5'] });
console.log(spec?.kind, spec?.name, diagnostics.length);

// Plan it: sources are read and digested; every node has the key that its result is stored under.
const planned = await plan('specs/minimal.yaml');
console.log(planned.nodes.map((node) => `${node.kind} ${node.key.slice(7, 19)}`));

// Merge without a server, as `ominus merge` does.
const merged = await merge('expert ⊖ 0.8·Ext(truth⁻)', {
  adapters: new Map([
    ['expert', 'demo/adapters/expert'],
    ['truth⁻', 'demo/adapters/truth-'],
  ]),
  out: 'out/by-program',
});
console.log(merged.written.modules, merged.written.digest);

// Read the results of a finished run.
const store = await openStore(); // OMINUS_STORE, or a path or s3:// URI as its argument
const report = await findRun(store, 'minimal').then(
  (run) => run.report,
  (error: unknown) => (error instanceof Error ? error.message : error),
);
console.log(report);
