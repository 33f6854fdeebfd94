/** The version of onnxruntime, without loading its native library. */
import { createRequire } from 'node:module';

/** Version of the installed onnxruntime-node. */
export function runtimeVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return (manifest as { readonly version: string }).version; // every package has one
}
