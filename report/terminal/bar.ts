/** Horizontal bars of Unicode blocks, with a mark where the baseline ends. */

/** Eighths of a block, from empty to seven. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
/** Stands where the baseline ends, on every bar but its own. */
const MARK = '│';

/**
 * A bar of exactly `width` cells; its length is exact to an eighth of a cell.
 *
 * @param share - filled part, cut to [0, 1]
 * @param mark - place of the baseline as a share, if it is drawn
 */
export function drawBar(share: number, width: number, mark?: number): string {
  const eighths = Math.round(8 * width * clamp(share));
  const whole = Math.floor(eighths / 8);
  const bar = ('█'.repeat(whole) + (EIGHTHS[eighths % 8] ?? '')).padEnd(width, ' ');
  if (mark === undefined) {
    return bar;
  }
  const at = Math.min(width - 1, Math.max(0, Math.round(width * clamp(mark)) - 1));
  return bar.slice(0, at) + MARK + bar.slice(at + 1);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
