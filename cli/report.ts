/** `ominus report RUN`: the report of a finished run as a file, its figures as files, from the store alone. */
import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { renderCsv } from '../core/report/csv.js';
import { standaloneSvg } from '../core/report/figures/figure.js';
import { figuresOf } from '../core/report/figures/figures.js';
import { renderMarkdown } from '../core/report/markdown.js';
import { renderReport } from '../core/report/report-page.js';
import type { RunReport } from '../core/report/types.js';
import { makeFolder } from '../io/files/atomic-write.js';
import { openArtifactStore } from '../io/store/open.js';
import { openInBrowser } from './open-in-browser.js';
import { findStoredRun, RUN_ARGUMENT } from './stored-run.js';

const FORMATS = {
  html: { file: 'report.html', render: renderReport },
  md: { file: 'report.md', render: renderMarkdown },
  csv: { file: 'report.csv', render: renderCsv },
  json: { file: 'report.json', render: (report: RunReport) => `${JSON.stringify(report)}\n` },
} as const;

interface ReportOptions {
  readonly format: keyof typeof FORMATS;
  readonly out?: string;
  readonly figures?: string;
  readonly open?: true;
}

/** The command. */
export function reportCommand(): Command {
  return new Command('report')
    .description('Write the report of a finished run; needs no server. html goes to a file, the others to stdout.')
    .argument('<run>', RUN_ARGUMENT)
    .addOption(
      new Option(
        '--format <format>',
        'html, md, csv (of a sweep: all points) or json (everything the report is made of)',
      )
        .choices(Object.keys(FORMATS))
        .default('html'),
    )
    .option('--out <file>', 'where to write it (html: out/NAME/report.html; others: stdout); - is stdout')
    .option('--figures <folder>', 'write every figure as ID.svg, and its numbers as ID.csv')
    .option('--open', 'show it in the browser')
    .action(async (name: string, options: ReportOptions) => {
      const { report } = await findStoredRun(await openArtifactStore(), name);
      if (options.figures !== undefined) {
        await writeFigures(report, resolve(options.figures));
      }
      const file = fileOf(report, options);
      const text = FORMATS[options.format].render(report);
      if (file === undefined) {
        process.stdout.write(text);
        return;
      }
      await makeFolder(dirname(file));
      await writeFile(file, text);
      process.stderr.write(`report: ${shown(file)}\n`);
      if (options.open === true) {
        await openInBrowser(file);
      }
    });
}

/** Where the report goes; undefined: stdout. What is to be opened must be a file. */
function fileOf(report: RunReport, { format, out, open }: ReportOptions): string | undefined {
  if (out === '-') {
    return undefined;
  }
  if (out !== undefined) {
    return resolve(out);
  }
  return format === 'html' || open === true ? resolve('out', report.run.name, FORMATS[format].file) : undefined;
}

async function writeFigures(report: RunReport, folder: string): Promise<void> {
  const figures = figuresOf(report);
  await makeFolder(folder);
  for (const figure of figures) {
    await writeFile(join(folder, `${figure.id}.svg`), standaloneSvg(figure));
    await writeFile(join(folder, `${figure.id}.csv`), figure.csv);
  }
  process.stderr.write(`figures: ${String(figures.length)} in ${shown(folder)}\n`);
}

function shown(path: string): string {
  return relative(process.cwd(), path) || path;
}
