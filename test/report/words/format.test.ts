import { describe, expect, it } from 'vitest';
import {
  formatDifference,
  formatDuration,
  formatInterval,
  formatNumber,
  formatP,
  formatPace,
  formatTime,
  formatValue,
  formatWithUnit,
  listWords,
} from '../../../report/words/format.js';

describe('numbers for people', () => {
  it('shows shares as per cent and other numbers with about four digits', () => {
    expect(formatValue(0.8526, 'share')).toBe('85.3');
    expect(formatWithUnit(0.8526, 'share')).toBe('85.3 %');
    expect(formatWithUnit(null, 'share')).toBe('–');
    expect([0, 1.88, -1.88, 12.345, 123.45, 12345.6].map(formatNumber)).toEqual([
      '0.000',
      '1.880',
      '−1.880',
      '12.35',
      '123.5',
      '12346',
    ]);
    expect([3.1e-8, -3.1e-8, 2e9].map(formatNumber)).toEqual(['3.1e-8', '−3.1e-8', '2.0e+9']);
    expect([Number.NaN, Number.NEGATIVE_INFINITY].map(formatNumber)).toEqual(['NaN', '−Infinity']);
  });

  it('signs differences, but not what rounds to zero', () => {
    expect([0.24, -0.836, 0, -0.0001, 0.0001].map((value) => formatDifference(value, 'share'))).toEqual([
      '+24.0',
      '−83.6',
      '0.0',
      '0.0',
      '0.0',
    ]);
    expect(formatInterval(-0.014, 0.34, 'share')).toBe('[−1.4, +34.0]');
    expect(formatInterval(null, 1, 'number')).toBe('–');
  });

  it('bounds small p values instead of printing zero', () => {
    expect([0, 0.00009, 0.0016, 0.0312, 1, null].map((p) => formatP(p))).toEqual([
      '< 0.0001',
      '< 0.0001',
      '0.0016',
      '0.031',
      '1.000',
      '–',
    ]);
  });

  it('shows the smallest p value that a test can give as a bound, rounded up', () => {
    expect([1 / 10_001, 1 / 201, 0.0312, 0.05, 1].map((p) => formatP(p, true))).toEqual([
      '< 0.0001',
      '< 0.0050',
      '< 0.032',
      '< 0.050',
      '1.000',
    ]);
  });

  it('says how fast things go: how long one takes, or how many there are in a second', () => {
    expect([0.002, 0.12, 0.99, 2.5].map((rate) => formatPace(rate, 'point'))).toEqual([
      '8 min 20 s a point',
      '8.3 s a point',
      '1 s a point',
      '2.500/s',
    ]);
  });

  it('words durations, times and lists', () => {
    expect([0.4, 59.4, 200, 7505].map(formatDuration)).toEqual(['0 s', '59 s', '3 min 20 s', '2 h 05 min']);
    expect(formatTime('2026-11-22T10:00:05.123Z')).toBe('2026-11-22 10:00 UTC');
    expect(formatTime('yesterday')).toBe('yesterday');
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listWords)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  });
});
