/** What each operator did, layer by layer, and the rows where its definition is silent. */
import { placeOf } from '../../core/adapter/module-place.js';
import type { ModuleDiagnostics } from '../../core/algebra/types.js';
import { ABSENT, count, formatNumber, formatValue } from '../words/format.js';
import { drawHeat } from '../html/heat-table.js';
import { html, type Html } from '../html/html.js';
import type { ReportedMadeLeaf, ReportedStep, RunReport } from '../types.js';

type Application = RunReport['steps'][number]['applications'][number];

/** Steps whose diagnostics the page has: those of a study of all orders would be most of it. */
const MOST_STEPS = 12;

/** Diagnostics of steps; the first step's are open, the others one click away (and open in print). */
export function diagnosticsSection(report: RunReport): Html {
  const all = report.steps.filter(hasDiagnostics);
  const steps = all.slice(0, MOST_STEPS);
  return html`<p class="note">
      Row by row, n⁻ and n⁺ are the norms of the right and the left operand, cos their cosine; means are over rows where
      both norms count as non-zero. The edit is what was removed or added. Cells are shaded from the smallest to the
      largest value of their table.${steps.length < all.length && ` The first ${steps.length} of ${all.length} steps.`}
    </p>
    ${steps.map(
      (step, place) => html`<details${place === 0 && html` open=""`}>
        <summary><b>${step.name}</b> <code>${step.expression}</code></summary>
        ${step.applications.map(applicationBlock)}${step.made?.map(madeBlock)}
      </details>`,
    )}`;
}

/** Whether there is anything to show of a step. */
export function hasDiagnostics({ applications, made = [] }: Pick<ReportedStep, 'applications' | 'made'>): boolean {
  return applications.length > 0 || made.length > 0;
}

function madeBlock({ expression, rank, fullRank, relativeError, keptEnergy }: ReportedMadeLeaf): Html {
  return html`<div class="application">
    <h4><code>${expression}</code></h4>
    <p>
      Rank at most ${rank} of
      ${fullRank}${
        relativeError !== null &&
        html`; relative error ${formatNumber(relativeError)} (Frobenius norm, over all modules), kept energy
        ${formatValue(keptEnergy, 'share')} %`
      }.
    </p>
  </div>`;
}

function applicationBlock({ label, diagnostics: { modules } }: Application): Html {
  const edit = Math.hypot(...modules.map((module) => module.editNorm));
  const left = Math.hypot(...modules.map((module) => module.leftNorm));
  const loose = modules.filter((module) => placeOf(module.module) === undefined);
  const odd = modules.filter(isDegenerate);
  return html`<div class="application">
    <h4><code>${label}</code></h4>
    <p>
      ${count(modules.length, 'module')}; ‖edit‖ =
      ${formatNumber(edit)}${
        left > 0 && html`, ${formatValue(edit / left, 'share')} % of the left operand’s ${formatNumber(left)}`
      }.
    </p>
    <div class="heats">
      ${drawHeat(
        modules.map(({ module, normRatioMean }) => ({ module, value: normRatioMean })),
        { title: 'Norm ratio n⁻ / n⁺, mean over rows', format: (value) => value.toFixed(2) },
      )}
      ${drawHeat(
        modules.map(({ module, cosineMean, cosineMin, cosineMax }) => ({
          module,
          value: cosineMean,
          note: `from ${formatNumber(cosineMin)} to ${formatNumber(cosineMax)}`,
        })),
        { title: 'Cosine of the rows, mean', format: (value) => value.toFixed(2).replace('-', '−') },
      )}
      ${drawHeat(
        modules.map(({ module, editNorm, leftNorm, rank }) => ({
          module,
          value: leftNorm > 0 ? editNorm / leftNorm : null,
          note: `edit ${formatNumber(editNorm)}, left ${formatNumber(leftNorm)}, rank of the result ${rank}`,
        })),
        { title: 'Edit, % of the left operand', format: (value) => formatValue(value, 'share') },
      )}
    </div>
    ${loose.length > 0 && looseTable(loose)}
    ${odd.length > 0 ? degenerateTable(odd) : html`<p class="muted">No degenerate rows.</p>`}
  </div>`;
}

function looseTable(modules: readonly ModuleDiagnostics[]): Html {
  return html`<div class="wide" tabindex="0">
    <table>
      <caption>
        Modules outside of numbered layers
      </caption>
      <thead>
        <tr>
          <th scope="col">module</th>
          <th scope="col" class="number">rows</th>
          <th scope="col" class="number">rank</th>
          <th scope="col" class="number">n⁻ / n⁺</th>
          <th scope="col" class="number">cosine</th>
          <th scope="col" class="number">‖left‖</th>
          <th scope="col" class="number">‖right‖</th>
          <th scope="col" class="number">‖edit‖</th>
          <th scope="col" class="number">‖result‖</th>
        </tr>
      </thead>
      <tbody>
        ${modules.map(
          (module) =>
            html`<tr>
              <th scope="row"><code>${module.module}</code></th>
              <td class="number">${module.rows}</td>
              <td class="number">${module.rank}</td>
              <td class="number">${formatNumber(module.normRatioMean)}</td>
              <td class="number">${formatNumber(module.cosineMean)}</td>
              <td class="number">${formatNumber(module.leftNorm)}</td>
              <td class="number">${formatNumber(module.rightNorm)}</td>
              <td class="number">${formatNumber(module.editNorm)}</td>
              <td class="number">${formatNumber(module.resultNorm)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function degenerateTable(modules: readonly ModuleDiagnostics[]): Html {
  return html`<div class="wide" tabindex="0">
    <table>
      <caption>
        Rows where the definition is silent
      </caption>
      <thead>
        <tr>
          <th scope="col">module</th>
          <th scope="col" class="number">rows</th>
          <th scope="col" class="number">left is zero</th>
          <th scope="col" class="number">right is zero</th>
          <th scope="col" class="number">opposite</th>
          <th scope="col">missing in</th>
        </tr>
      </thead>
      <tbody>
        ${modules.map(
          (module) =>
            html`<tr>
              <th scope="row"><code>${module.module}</code></th>
              <td class="number">${module.rows}</td>
              <td class="number">${module.zeroLeftRows}</td>
              <td class="number">${module.zeroRightRows}</td>
              <td class="number">${module.oppositeRows}</td>
              <td>${module.missingIn === 'none' ? ABSENT : `the ${module.missingIn} operand`}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function isDegenerate(module: ModuleDiagnostics): boolean {
  return module.zeroLeftRows + module.zeroRightRows + module.oppositeRows > 0 || module.missingIn !== 'none';
}
