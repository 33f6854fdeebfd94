/**
 * Compiles core/numeric/kernel/kernel.wat into core/numeric/kernel/bytes.ts; test/core/numeric/arithmetic.test.ts checks that it
 * was done.
 *
 *     npx tsx scripts/build-kernel.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import createWabt from 'wabt';

const FOLDER = new URL('../core/numeric/kernel/', import.meta.url);

/** The kernel's bytes, from its source. */
export async function compileKernel(): Promise<Uint8Array> {
  const wabt = await createWabt();
  const source = wabt.parseWat('kernel.wat', kernelSource(), { simd: true });
  try {
    source.validate();
    return source.toBinary({}).buffer;
  } finally {
    source.destroy();
  }
}

/** kernel.wat with what it includes: functions of operators lie beside the operators. */
function kernelSource(): string {
  const text = readFileSync(new URL('kernel.wat', FOLDER), 'utf8');
  return text.replaceAll(/^ *;;@include (\S+)$/gm, (_line, path: string) =>
    readFileSync(new URL(path, FOLDER), 'utf8'),
  );
}

/** The file that holds the bytes. */
function printBytes(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,116}/g);
  const text = (lines ?? []).map((line) => `  '${line}'`).join(' +\n');
  return `/** Generated from kernel.wat by scripts/build-kernel.ts; do not edit. */\n\n/** The compiled kernel, base64. */\nexport const KERNEL_BYTES =\n${text};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('bytes.ts', FOLDER), printBytes(await compileKernel()));
}
