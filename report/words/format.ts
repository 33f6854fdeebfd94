/** Numbers as people read them: one place, so that page, terminal and Markdown say the same. */
import type { MetricDefinition } from '../../core/evaluation/types.js';

/** Shown where a number does not exist. */
export const ABSENT = '–';

type Unit = MetricDefinition['unit'];

/** A metric's value: shares as per cent with one decimal, other numbers with about four significant digits. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) {
    return ABSENT;
  }
  return unit === 'share' ? fixed(100 * value, 1) : formatNumber(value);
}

/** As {@link formatValue}, with ` %` behind shares. */
export function formatWithUnit(value: number | null | undefined, unit: Unit): string {
  const text = formatValue(value, unit);
  return unit === 'share' && text !== ABSENT ? `${text} %` : text;
}

/** A difference with its sign; shares in percentage points. */
export function formatDifference(value: number | null | undefined, unit: Unit): string {
  const text = formatValue(value, unit);
  return value !== null && value !== undefined && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** `[low, high]` of a difference, or the sign for absent. */
export function formatInterval(low: number | null, high: number | null, unit: Unit): string {
  return low === null || high === null ? ABSENT : `[${formatDifference(low, unit)}, ${formatDifference(high, unit)}]`;
}

/** About four significant digits, without exponents where people expect none. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) {
    return ABSENT;
  }
  if (!Number.isFinite(value)) {
    return String(value).replace('-', '−');
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7)) {
    return value.toExponential(1).replace(/^-/, '−');
  }
  return fixed(value, size < 10 ? 3 : size < 100 ? 2 : size < 10_000 ? 1 : 0);
}

/** A share as per cent with one decimal; with more of them where that would be 0.0 % and the share is not zero. */
export function formatPercent(share: number): string {
  const text = fixed(100 * share, 1);
  return `${share !== 0 && !/[1-9]/.test(text) ? formatNumber(100 * share) : text} %`;
}

/** A p value; very small ones as a bound, and so the smallest that a test can give (`isFloor`), rounded up. */
export function formatP(value: number | null, isFloor = false): string {
  if (value === null) {
    return ABSENT;
  }
  if (isFloor && value >= 0.0001 && value < 1) {
    const decimals = value < 0.01 ? 4 : 3;
    return `< ${(Math.ceil(value * 10 ** decimals) / 10 ** decimals).toFixed(decimals)}`;
  }
  return value < 0.0001 ? '< 0.0001' : value.toFixed(value < 0.01 ? 4 : 3);
}

/** Seconds as `48 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  }
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** Things per second as people say it: `8 s a point`, and `2.5/s` where there is more than one per second. */
export function formatPace(rate: number, noun: string): string {
  if (rate >= 1) {
    return `${formatNumber(Number(rate.toPrecision(2)))}/s`;
  }
  const seconds = 1 / rate;
  const text = seconds < 10 ? `${String(Number(seconds.toPrecision(2)))} s` : formatDuration(seconds);
  return `${text} a ${noun}`;
}

/** `2026-11-22T10:00:05.123Z` as `2026-11-22 10:00 UTC`; anything else as it is. */
export function formatTime(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/.exec(iso);
  return match === null ? iso : `${match[1] ?? ''} ${match[2] ?? ''} UTC`;
}

/** Seconds between two ISO times, or undefined. */
export function secondsBetween(from: string, to: string): number | undefined {
  const milliseconds = Date.parse(to) - Date.parse(from);
  return Number.isFinite(milliseconds) ? milliseconds / 1000 : undefined;
}

/** "a", "a and b", "a, b and c". */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** "1 pair", "2 pairs". */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** Fixed decimals with a true minus sign and without a negative zero. */
function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return /[1-9]/.test(text) ? text.replace('-', '−') : text.replace('-', '');
}
