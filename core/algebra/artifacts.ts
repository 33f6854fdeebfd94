/** Coefficients, Gram matrices and diagnostics as stored bytes: the same value always gives the same bytes. */
import { canonicalJson, type Digest, type Json, toDigest } from '../digest.js';
import { errorMessage, OminusError } from '../errors.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  float64Bytes,
  float64Tensor,
  type SafetensorsContent,
  type TensorBytes,
} from '../safetensors/codec.js';
import { pairCount } from './gram.js';
import type { Coefficients, CombineDiagnostics, Gram, LeafModule } from './types.js';

/** Grows whenever the same value would give other bytes; part of the keys of whatever stores them. */
export const ARTIFACT_FORMAT = '1';

/** A combination as a safetensors file: one F64 tensor `[leaves, rows]` per module. */
export function encodeCoefficients(coefficients: Coefficients): Uint8Array {
  const { leaves, modules } = coefficients;
  return encodeModules('ominus.coefficients', { leaves }, modules, leaves.length);
}

/** @throws OminusError `ARTIFACT_DAMAGED` when the bytes are not a combination */
export function decodeCoefficients(bytes: Uint8Array): Coefficients {
  const { facts, content } = decodeModules('ominus.coefficients', bytes);
  const leaves = readLeaves(facts);
  return { leaves, modules: readModules('ominus.coefficients', content, leaves.length) };
}

/** Gram matrices as a safetensors file: one F64 tensor `[pairs, rows]` per module. */
export function encodeGram(gram: Gram): Uint8Array {
  const leafModules = Object.fromEntries(
    [...gram.leafModules].map(([path, leaves]) => [
      path,
      leaves.map(({ rank, operandFactor }) => [rank, operandFactor]),
    ]),
  );
  return encodeModules(
    'ominus.gram',
    { leaves: gram.leaves, leafModules },
    gram.modules,
    pairCount(gram.leaves.length),
  );
}

/** @throws OminusError `ARTIFACT_DAMAGED` when the bytes are not Gram matrices */
export function decodeGram(bytes: Uint8Array): Gram {
  const { facts, content } = decodeModules('ominus.gram', bytes);
  const leaves = readLeaves(facts);
  const leafModules = new Map<string, readonly LeafModule[]>();
  for (const [path, entries] of Object.entries((facts['leafModules'] ?? {}) as Record<string, [number, number][]>)) {
    leafModules.set(
      path,
      entries.map(([rank, operandFactor]) => ({ rank, operandFactor })),
    );
  }
  return { leaves, modules: readModules('ominus.gram', content, pairCount(leaves.length)), leafModules };
}

/** Diagnostics as canonical JSON. */
export function encodeDiagnostics(diagnostics: CombineDiagnostics): Uint8Array {
  const modules = diagnostics.modules.map((module): Json => ({ ...module }));
  return new TextEncoder().encode(canonicalJson({ format: 'ominus.diagnostics', version: ARTIFACT_FORMAT, modules }));
}

/** @throws OminusError `ARTIFACT_DAMAGED` when the bytes are not diagnostics */
export function decodeDiagnostics(bytes: Uint8Array): CombineDiagnostics {
  const value = parseFacts('ominus.diagnostics', new TextDecoder().decode(bytes));
  checkFormat('ominus.diagnostics', value['format'], value['version']);
  // Stored under its own digest, so what has the right format was written by encodeDiagnostics.
  return { modules: value['modules'] as unknown as CombineDiagnostics['modules'] };
}

type Format = 'ominus.coefficients' | 'ominus.gram' | 'ominus.diagnostics';

function encodeModules(
  format: Format,
  facts: Json,
  modules: ReadonlyMap<string, Float64Array>,
  lines: number,
): Uint8Array {
  const tensors = new Map<string, TensorBytes>();
  for (const [path, values] of modules) {
    tensors.set(path, float64Bytes(values, lines === 0 ? [0] : [lines, values.length / lines]));
  }
  const metadata = new Map([
    ['format', format],
    ['version', ARTIFACT_FORMAT],
    ['facts', canonicalJson(facts)],
  ]);
  return encodeSafetensors({ tensors, metadata });
}

function decodeModules(
  format: Format,
  bytes: Uint8Array,
): { readonly facts: Facts; readonly content: SafetensorsContent } {
  let content: SafetensorsContent;
  try {
    content = decodeSafetensors(format, bytes);
  } catch (error) {
    throw damaged(format, errorMessage(error));
  }
  checkFormat(format, content.metadata.get('format'), content.metadata.get('version'));
  return { facts: parseFacts(format, content.metadata.get('facts') ?? ''), content };
}

function readModules(format: Format, content: SafetensorsContent, lines: number): ReadonlyMap<string, Float64Array> {
  const modules = new Map<string, Float64Array>();
  for (const [path, { shape }] of content.tensors) {
    if (lines > 0 && shape[0] !== lines) {
      throw damaged(format, `module ${path} has ${String(shape[0])} lines, expected ${String(lines)}`);
    }
    modules.set(path, float64Tensor(format, content, path));
  }
  return modules;
}

type Facts = Readonly<Record<string, Json | undefined>>;

function parseFacts(format: Format, text: string): Facts {
  try {
    return JSON.parse(text) as Facts;
  } catch (error) {
    throw damaged(format, errorMessage(error));
  }
}

function readLeaves(facts: Facts): readonly Digest[] {
  const leaves = facts['leaves'];
  return Array.isArray(leaves) ? leaves.map((leaf) => toDigest(String(leaf))) : [];
}

function checkFormat(format: Format, got: unknown, version: unknown): void {
  if (got !== format || version !== ARTIFACT_FORMAT) {
    throw damaged(
      format,
      `expected ${format} version ${ARTIFACT_FORMAT}, got ${String(got)} version ${String(version)}`,
    );
  }
}

function damaged(format: Format, problem: string): OminusError {
  return new OminusError('ARTIFACT_DAMAGED', {
    message: `cannot read an artifact [format=${format}]: ${problem}`,
    hint: 'Run again: it will be recomputed.',
  });
}
