/** What a stream can show: colour or not, and how wide it is. Decided once per stream. */
import type { Style } from '../../report/terminal/style.js';

/** Width where a stream does not say one. */
const DEFAULT_WIDTH = 100;

interface TerminalLike {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** FORCE_COLOR (not 0) turns colour on; NO_COLOR (not empty), TERM=dumb and streams that are no terminal turn it off. */
export function usesColor(stream: TerminalLike, env: NodeJS.ProcessEnv = process.env): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') {
    return false;
  }
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) {
    return forced !== '0' && forced !== 'false';
  }
  return env['TERM'] !== 'dumb' && stream.isTTY === true;
}

/** The style of a stream. */
export function streamStyle(stream: TerminalLike, env: NodeJS.ProcessEnv = process.env): Style {
  const columns = stream.columns ?? Number(env['COLUMNS']);
  return { color: usesColor(stream, env), width: Number.isInteger(columns) && columns > 0 ? columns : DEFAULT_WIDTH };
}
