import { afterEach, describe, expect, it, vi } from 'vitest';
import { reportError } from '../../cli/report-error.js';
import { OminusError } from '../../core/errors.js';

describe('reportError', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it('prints no arrow where a failure that came over the wire has an empty hint', () => {
    const lines: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    reportError(new OminusError('RUN_FAILED', { message: '1 of 2 nodes failed', hint: '' }));
    expect(lines).toEqual(['error RUN_FAILED: 1 of 2 nodes failed\n']);
    expect(process.exitCode).toBe(1);
  });
});
