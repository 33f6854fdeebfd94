import { describe, expect, it } from 'vitest';
import { streamStyle, usesColor } from '../../../cli/render/style.js';

describe('usesColor', () => {
  it('follows NO_COLOR, FORCE_COLOR, TERM and the stream', () => {
    const tty = { isTTY: true };
    expect(usesColor(tty, {})).toBe(true);
    expect(usesColor(tty, { NO_COLOR: '' })).toBe(true);
    expect(usesColor(tty, { NO_COLOR: '1' })).toBe(false);
    expect(usesColor(tty, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(usesColor(tty, { TERM: 'dumb' })).toBe(false);
    expect(usesColor({}, {})).toBe(false);
    expect(usesColor({}, { FORCE_COLOR: '1' })).toBe(true);
    expect(usesColor(tty, { FORCE_COLOR: '0' })).toBe(false);
  });

  it('takes the width of the stream, else COLUMNS, else a fixed one', () => {
    expect(streamStyle({ columns: 72 }, { COLUMNS: '80' }).width).toBe(72);
    expect(streamStyle({}, { COLUMNS: '80' }).width).toBe(80);
    expect(streamStyle({}, {}).width).toBe(100);
    expect(streamStyle({ columns: 0 }, {}).width).toBe(100);
  });
});
