/** Where progress goes: a live block on a terminal, plain lines elsewhere, JSON lines with `--json`. */
import type { RunProgress } from '../../report/progress.js';
import { createProgress, progressMode } from './progress.js';
import { usesColor } from './style.js';

/** Shows looks at a run. */
export interface ProgressView {
  readonly show: (progress: RunProgress) => void;
  /** Leaves the terminal as it should be; safe to call twice. */
  end(): void;
}

/** Chooses how to show progress on stderr. */
export function progressView(options: { readonly quiet?: true; readonly json?: true }): ProgressView {
  if (options.quiet === true) {
    return { show: () => undefined, end: () => undefined };
  }
  const mode = progressMode(process.stderr, { json: options.json === true });
  const renderer = createProgress(process.stderr, { mode, color: usesColor(process.stderr) });
  return {
    show: (progress) => {
      renderer.update(progress);
    },
    end: () => {
      renderer.close();
    },
  };
}
