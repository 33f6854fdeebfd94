/** Bundles the workflows once, so that a worker starts in under a second. Part of `npm run build`. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

const dist = join(import.meta.dirname, '..', 'dist');
const { code } = await bundleWorkflowCode({
  workflowsPath: join(dist, 'workflows', 'index.js'),
  logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: console.error },
});
await writeFile(join(dist, 'workflow-bundle.js'), code);
await chmod(join(dist, 'cli.js'), 0o755);

function quiet(): void {
  // the bundler's statistics are of no interest
}
