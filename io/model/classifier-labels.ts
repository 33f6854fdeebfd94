/** Labels of a text classifier, from its config.json alone: a run and its plan find the same one. */
import { OminusError } from '../../core/errors.js';
import type { UncheckedObject } from './json-file.js';

/** The label's name when none is given and there are several. */
const DEFAULT_LABEL = /^toxic(ity)?$/i;

/**
 * Labels in the order of the scores, from `id2label`.
 *
 * @param folder - for messages
 * @throws OminusError `CLASSIFIER_INVALID` when there is no such map
 */
export function readLabels(folder: string, config: UncheckedObject): readonly string[] {
  const map = config['id2label'];
  const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
  const labels = entries.map(([, name]): unknown => name);
  const inOrder = entries.every(([id], place) => id === String(place)); // integer keys come in ascending order
  if (labels.length === 0 || !inOrder || !labels.every((name): name is string => typeof name === 'string')) {
    throw new OminusError('CLASSIFIER_INVALID', {
      message: `config.json of the classifier has no "id2label" with names for 0, 1, … [folder=${folder}]`,
      hint: 'Use the folder to which the classifier was saved.',
    });
  }
  return labels;
}

/**
 * Place of the label whose probability counts.
 *
 * @param asked - name of the label; undefined: the only one, or the one called toxic or toxicity
 * @throws OminusError `CLASSIFIER_INVALID` when there is no such label (the message lists them)
 */
export function findLabel(
  { folder, labels }: { readonly folder: string; readonly labels: readonly string[] },
  asked: string | undefined,
): number {
  const found =
    asked === undefined && labels.length === 1
      ? 0
      : labels.findIndex((name) => (asked === undefined ? DEFAULT_LABEL.test(name) : name === asked));
  if (found === -1) {
    throw new OminusError('CLASSIFIER_INVALID', {
      message: `the classifier has no label ${asked === undefined ? 'called toxic or toxicity' : `"${asked}"`}; it has ${labels.join(', ')} [folder=${folder}]`,
      hint: asked === undefined ? 'Set label: to one of its labels.' : 'Name one of its labels.',
    });
  }
  return found;
}
