/** Where everything came from, and how to get it again. */
import { ABSENT, formatNumber, formatTime } from '../words/format.js';
import { html, type Html } from '../html/html.js';
import { environmentWords, evaluationWords, firstPromptWords, prefixWords } from '../words/responses.js';
import type { RunReport } from '../types.js';
import { visibleText } from '../words/visible-text.js';

/** Outputs, sources with digests, versions, the recipe and how to run it again. */
export function provenanceSection(report: RunReport): Html {
  const { provenance } = report;
  const sources = [
    ...(provenance.base === null ? [] : [{ what: 'base model', name: '', ...provenance.base }]),
    ...provenance.adapters.map((adapter) => ({ what: 'adapter', ...adapter })),
    ...provenance.data.map(({ label, uri, digest }) => ({ what: 'data', name: label, uri, digest })),
  ];
  return html`${report.outputs.length > 0 && outputsTable(report)}
    <div class="wide" tabindex="0">
      <table>
        <caption>
          Inputs
        </caption>
        <thead>
          <tr>
            <th scope="col">what</th>
            <th scope="col">name</th>
            <th scope="col">place</th>
            <th scope="col">digest</th>
          </tr>
        </thead>
        <tbody>
          ${sources.map(
            ({ what, name, uri, digest }) =>
              html`<tr>
                <td>${what}</td>
                <th scope="row">${name}</th>
                <td><code>${uri}</code></td>
                <td><code class="digest">${digest}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${(provenance.prompts ?? []).length > 0 && promptsTable(report)}
    <dl>
      ${pairsOf({ run: report.run.runId, plan: report.planDigest, started: formatTime(report.run.startedAt), finished: formatTime(report.run.finishedAt) })}
      <dt>nodes</dt>
      <dd>
        ${provenance.nodes.total}, of which ${provenance.nodes.reused} were in the store
        already${report.sweep !== undefined && ', by its own points or earlier runs'}
      </dd>
      ${pairsOf(provenance.versions)} ${pairsOf(provenance.environment)}
      ${(provenance.evaluatedOn ?? []).map(
        (on) =>
          html`<dt>evaluated on</dt>
            <dd>
              <code>${environmentWords(on.environment)}</code
              >${(provenance.evaluatedOn ?? []).length > 1 && `: ${evaluationWords(on.evaluations)}`}
            </dd>`,
      )}
      ${(provenance.halvedBatches ?? []).map(
        ({ batches, evaluations }) =>
          html`<dt>halved batches</dt>
            <dd>${batches}, since memory ran out: ${evaluationWords(evaluations)}</dd>`,
      )}
    </dl>
    <h3>How to reproduce</h3>
    <p>
      Save the recipe below as a file beside the same sources and give its path to <code>ominus run</code>. The same
      plan digest means the same base, adapters, data, parameters and software where it changes results: every finished
      node is then taken from the store. <code>ominus plan</code> prints the plan digest before anything runs.
    </p>
    <pre class="spec"><code>${report.specText}</code></pre>`;
}

function outputsTable(report: RunReport): Html {
  return html`<div class="wide" tabindex="0">
    <table>
      <caption>
        Written adapters
      </caption>
      <thead>
        <tr>
          <th scope="col">step</th>
          <th scope="col">folder</th>
          <th scope="col">dtype</th>
          <th scope="col" class="number">rounding error</th>
          <th scope="col">digest</th>
        </tr>
      </thead>
      <tbody>
        ${report.outputs.map(
          (output) =>
            html`<tr>
              <th scope="row">${output.step}</th>
              <td><code>${output.path}</code></td>
              <td>${output.dtype}</td>
              <td class="number">${output.roundingError === null ? ABSENT : formatNumber(output.roundingError)}</td>
              <td><code class="digest">${output.digest}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What prompts began with, which alone can move a score by points. */
function promptsTable({ provenance: { prompts = [] } }: RunReport): Html {
  return html`<div class="wide" tabindex="0">
    <table>
      <caption>
        Prompts, as the model was given them
      </caption>
      <thead>
        <tr>
          <th scope="col">benchmark</th>
          <th scope="col">put before by the tokenizer</th>
          <th scope="col" class="number">tokens of the first</th>
          <th scope="col">first prompt</th>
        </tr>
      </thead>
      <tbody>
        ${prompts.map(
          (prompt) =>
            html`<tr>
              <th scope="row">${prompt.labels.join(', ')}</th>
              <td><code>${prefixWords(prompt)}</code></td>
              <td class="number">${prompt.firstPrompt.tokens}</td>
              <td><code>${visibleText(firstPromptWords(prompt))}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function pairsOf(entries: Readonly<Record<string, string>>): readonly Html[] {
  return Object.entries(entries).map(
    ([name, value]) =>
      html`<dt>${name}</dt>
        <dd><code>${value}</code></dd>`,
  );
}
