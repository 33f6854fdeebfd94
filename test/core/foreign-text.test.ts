import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OminusError } from '../../core/errors.js';
import { escaped, quoted, shapeText } from '../../core/foreign-text.js';
import { parseHeader } from '../../core/safetensors/header.js';

const ACTIVE = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

describe('a quoted piece of a foreign file', () => {
  it('is short and has nothing that a terminal acts on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const piece = quoted(text);
        expect(piece).not.toMatch(ACTIVE);
        expect(piece.length).toBeLessThanOrEqual(240);
      }),
    );
  });

  it('stays as it is where it is short and plain', () => {
    expect(quoted('model.layers.0.self_attn.q_proj.weight')).toBe('model.layers.0.self_attn.q_proj.weight');
  });

  it('shows control characters as escapes', () => {
    expect(escaped('a\u001b[31mb\nc\u202e')).toBe('a\\u001b[31mb\\u000ac\\u202e');
  });

  it('is cut where a shape has thousands of dimensions', () => {
    expect(shapeText([4, 8])).toBe('4, 8');
    expect(shapeText(Array.from({ length: 5000 }, () => 1))).toBe('1, 1, 1, 1, 1, 1, 1, 1, … (5000 dimensions)');
  });
});

describe('errors', () => {
  it('show control characters of what they quote as escapes, and keep their line ends', () => {
    const error = new OminusError('MODEL_INVALID', { message: 'one \u001b]0;x\u0007\ntwo', hint: 'no \u009b31m' });
    expect(error.message).toBe('one \\u001b]0;x\\u0007\ntwo');
    expect(error.hint).toBe('no \\u009b31m');
  });

  it('about the header of a safetensors file stay short, whatever the file has', () => {
    const shape = Array.from({ length: 20_000 }, () => 2);
    const entry = { dtype: 'F32', shape, data_offsets: [0, 4] };
    for (const header of [{ t: entry }, { ['n'.repeat(5000)]: { ...entry, shape: [7] } }]) {
      const bytes = new TextEncoder().encode(JSON.stringify(header));
      const message = ((): string => {
        try {
          parseHeader('file', bytes, bytes.length + 12);
          return '';
        } catch (error) {
          return error instanceof OminusError ? error.message : '';
        }
      })();
      expect(message).toMatch(/not a valid safetensors file/);
      expect(message.length).toBeLessThan(500);
    }
  });
});
