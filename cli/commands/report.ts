/** `ominus report RUN`: the report of a finished run as a file, its figures as files, from the store alone. */
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { standaloneSvg } from '../../report/figures/kit/figure.js';
import { figurePdf } from '../../report/pdf/figure-pdf.js';
import { figuresOf } from '../../report/figures/figures.js';
import type { RunReport } from '../../report/types.js';
import { openStoreAsItIs } from '../../io/store/open.js';
import { readPdfFonts } from '../../app/runs/pdf-fonts.js';
import { openInBrowser } from '../open-in-browser.js';
import { shownPath, standardReportFile, writeReportFile } from '../../app/runs/report-file.js';
import { REPORT_FORMATS, type ReportFormat } from '../../report/formats.js';
import { findResults } from '../../app/runs/partial-results.js';
import { warnOfPartial } from '../render/finish.js';
import { RUN_ARGUMENT } from '../../app/runs/stored-run.js';

interface ReportOptions {
  readonly format: ReportFormat;
  readonly out?: string;
  readonly figures?: string;
  readonly open?: true;
  readonly partial?: true;
}

/** The command. */
export function reportCommand(): Command {
  return new Command('report')
    .description(
      'Write the report of the latest finished run, or of what its run has reached if none has finished. Needs no server. html goes to a file, other formats to stdout.',
    )
    .argument('<run>', RUN_ARGUMENT)
    .addOption(
      new Option(
        '--format <format>',
        'html, md, csv (all metrics), pairs.csv (all comparisons) or json (everything the report is made of)',
      )
        .choices(Object.keys(REPORT_FORMATS))
        .default('html'),
    )
    .option('--out <file>', 'where to write it (html: out/NAME/report.html; others: stdout); - is stdout')
    .option('--figures <folder>', 'write every figure as ID.svg and ID.pdf, and its numbers as ID.csv')
    .option('--partial', 'of the latest run, also while an earlier one has finished; marked as partial')
    .option('--open', 'open it in the browser')
    .action(async (name: string, options: ReportOptions) => {
      const report = await findResults(await openStoreAsItIs(), name, { partial: options.partial === true });
      warnOfPartial(report);
      if (options.figures !== undefined) {
        await writeFigures(report, resolve(options.figures));
      }
      const file = fileOf(report, options);
      const text = REPORT_FORMATS[options.format].render(report);
      if (file === undefined) {
        process.stdout.write(text);
        return;
      }
      await writeReportFile(file, text);
      process.stderr.write(`report: ${shownPath(file)}\n`);
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
  return format === 'html' || open === true ? standardReportFile(report, format) : undefined;
}

async function writeFigures(report: RunReport, folder: string): Promise<void> {
  const figures = figuresOf(report);
  const fonts = await readPdfFonts();
  for (const figure of figures) {
    await writeReportFile(join(folder, `${figure.id}.svg`), standaloneSvg(figure));
    await writeReportFile(join(folder, `${figure.id}.pdf`), await figurePdf(figure, fonts));
    await writeReportFile(join(folder, `${figure.id}.csv`), figure.csv);
  }
  process.stderr.write(`figures: ${String(figures.length)} in ${shownPath(folder)}\n`);
}
