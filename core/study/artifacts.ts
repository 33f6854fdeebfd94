/** All gaps of a study as stored bytes: the same value always gives the same bytes. */
import { ARTIFACT_FORMAT } from '../algebra/artifacts.js';
import { canonicalJson, type Json } from '../digest.js';
import { errorMessage, OminusError } from '../errors.js';
import { decodeSafetensors, encodeSafetensors, float64Bytes, float64Tensor } from '../safetensors/codec.js';
import type { GapTable } from './gap.js';

const FORMAT = 'ominus.order-gaps';

/** Gaps as a safetensors file: one F64 tensor `[parts, pairs]` per operator and setting, in the table's order. */
export function encodeGaps(tables: readonly GapTable[]): Uint8Array {
  const tensors = new Map(
    tables.map(({ parts, pairs }, at) => [
      String(at),
      float64Bytes(pairs, [parts.length, pairs.length / parts.length]),
    ]),
  );
  const facts = tables.map(({ operator, setting, parts }): Json => ({
    operator,
    setting,
    parts: parts.map((part) => ({ ...part })),
  }));
  const metadata = new Map([
    ['format', FORMAT],
    ['version', ARTIFACT_FORMAT],
    ['facts', canonicalJson(facts)],
  ]);
  return encodeSafetensors({ tensors, metadata });
}

/** @throws OminusError `ARTIFACT_DAMAGED` when the bytes are not gaps */
export function decodeGaps(bytes: Uint8Array): readonly GapTable[] {
  try {
    const content = decodeSafetensors(FORMAT, bytes);
    const { metadata } = content;
    if (metadata.get('format') !== FORMAT || metadata.get('version') !== ARTIFACT_FORMAT) {
      throw new Error(`got ${String(metadata.get('format'))} version ${String(metadata.get('version'))}`);
    }
    const facts = JSON.parse(metadata.get('facts') ?? '') as readonly Omit<GapTable, 'pairs'>[]; // written by encodeGaps
    return facts.map((table, at) => ({ ...table, pairs: float64Tensor(FORMAT, content, String(at)) }));
  } catch (error) {
    throw new OminusError('ARTIFACT_DAMAGED', {
      message: `cannot read an artifact [format=${FORMAT}]: ${errorMessage(error)}`,
      hint: 'Run again: it will be recomputed.',
      cause: error,
    });
  }
}
