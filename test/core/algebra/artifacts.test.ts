import { describe, expect, it } from 'vitest';
import {
  decodeCoefficients,
  decodeDiagnostics,
  decodeGram,
  encodeCoefficients,
  encodeDiagnostics,
  encodeGram,
} from '../../../core/algebra/artifacts.js';
import { applyOperator } from '../../../core/algebra/apply-operator.js';
import { leafOperand, zeroCoefficients } from '../../../core/algebra/leaf.js';
import type { Decimal } from '../../../core/expression/types.js';
import { gramOf, leaf, randomFactors } from '../../support/lora.js';

const shape = { rows: 5, width: 7, rank: 2 };
const gram = gramOf(
  {
    'layers.1.q': [randomFactors(1, shape), randomFactors(2, shape)],
    'layers.0.k': [undefined, randomFactors(3, shape)],
  },
  ['e', 't'],
);
const { coefficients, diagnostics } = applyOperator(gram, {
  operator: 'extract',
  sign: -1,
  lambda: '0.3' as Decimal,
  left: leafOperand(gram, leaf('e')),
  right: leafOperand(gram, leaf('t')),
});

describe('artifacts of the algebra', () => {
  it('read back exactly', () => {
    expect(decodeCoefficients(encodeCoefficients(coefficients))).toEqual(coefficients);
    expect(decodeGram(encodeGram(gram))).toEqual(gram);
    expect(decodeDiagnostics(encodeDiagnostics(diagnostics))).toEqual(diagnostics);
  });

  it('include the zero adapter', () => {
    expect(decodeCoefficients(encodeCoefficients(zeroCoefficients()))).toEqual(zeroCoefficients());
  });

  it('have the same bytes whatever the order of the modules', () => {
    const reversed = { ...coefficients, modules: new Map([...coefficients.modules].reverse()) };
    expect(encodeCoefficients(reversed)).toEqual(encodeCoefficients(coefficients));
  });

  it('are told apart, and damaged ones are named', () => {
    expect(() => decodeGram(encodeCoefficients(coefficients))).toThrow(
      /expected ominus.gram version 1, got ominus.coeff/,
    );
    expect(() => decodeCoefficients(encodeCoefficients(coefficients).slice(0, -1))).toThrow(
      expect.objectContaining({ code: 'ARTIFACT_DAMAGED' }),
    );
    expect(() => decodeDiagnostics(new Uint8Array(3))).toThrow(expect.objectContaining({ code: 'ARTIFACT_DAMAGED' }));
  });
});
