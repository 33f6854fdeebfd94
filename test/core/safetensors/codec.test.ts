import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DTYPE_BYTES, type Dtype } from '../../../core/numeric/dtype.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  float64Bytes,
  float64Tensor,
  type TensorBytes,
} from '../../../core/safetensors/codec.js';

const tensor: fc.Arbitrary<TensorBytes> = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(DTYPE_BYTES) as Dtype[])),
    shape: fc.array(fc.nat(3), { maxLength: 3 }),
    fill: fc.nat(255),
  })
  .map(({ dtype, shape, fill }) => ({
    dtype,
    shape,
    bytes: new Uint8Array(shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype])).fill(fill),
  }));
// JSON cannot carry lone surrogates through UTF-8, and __metadata__ is the format's own
const name = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => text !== '__metadata__');

describe('safetensors in memory', () => {
  it('reads back what it wrote, whatever the names, types and shapes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 }),
        fc.dictionary(name, fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
        (entries, pairs) => {
          const content = { tensors: new Map(entries), metadata: new Map(Object.entries(pairs)) };
          const { tensors, metadata } = decodeSafetensors('test', encodeSafetensors(content));
          expect(new Map([...tensors].sort())).toEqual(new Map([...content.tensors].sort()));
          expect(new Map([...metadata].sort())).toEqual(new Map([...content.metadata].sort()));
        },
      ),
    );
  });

  it('gives the same bytes for any order of the same tensors', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 }), (entries) => {
        const encode = (list: typeof entries): Uint8Array =>
          encodeSafetensors({ tensors: new Map(list), metadata: new Map() });
        expect(encode(entries.toReversed())).toEqual(encode(entries));
      }),
    );
  });

  it('aligns every tensor to its element size', () => {
    const tensors = new Map<string, TensorBytes>([
      ['a', { dtype: 'U8', shape: [3], bytes: new Uint8Array(3) }],
      ['b', { dtype: 'F64', shape: [1], bytes: new Uint8Array(8) }],
      ['c', { dtype: 'F16', shape: [1], bytes: new Uint8Array(2) }],
    ]);
    const file = encodeSafetensors({ tensors, metadata: new Map() });
    expect(new DataView(file.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    expect([...decodeSafetensors('test', file).tensors.keys()]).toEqual(['b', 'c', 'a']);
  });

  it('copies out of a Buffer, whatever its offset: numbers are aligned, and stay when the Buffer is used again', () => {
    const values = Float64Array.of(1.5, -2.5, 1e300);
    const file = encodeSafetensors({ tensors: new Map([['x', float64Bytes(values, [3])]]), metadata: new Map() });
    for (let offset = 0; offset < 8; offset++) {
      const pool = Buffer.alloc(offset + file.byteLength);
      pool.set(file, offset);
      const content = decodeSafetensors('test', pool.subarray(offset));
      pool.fill(0);
      expect(float64Tensor('test', content, 'x')).toEqual(values);
    }
  });

  it('refuses bytes that do not fit their shape', () => {
    const tensors = new Map<string, TensorBytes>([['a', { dtype: 'F32', shape: [2], bytes: new Uint8Array(4) }]]);
    expect(() => encodeSafetensors({ tensors, metadata: new Map() })).toThrow(/tensor=a\]: expected 8 bytes, got 4/);
  });
});
