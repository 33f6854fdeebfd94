/** `ominus init`: folders of adapters → a spec that can be planned, and beside it the schema that editors check it by. */
import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OminusError } from '../../core/errors.js';
import { readSpec } from '../../core/spec/read-spec.js';
import { specJsonSchema, type SpecKind } from '../../core/spec/schema.js';
import { writeFileAtomically } from '../../io/files/atomic-write.js';
import { refused } from '../../io/files/refused.js';
import { isMissing } from '../../io/files/system-error.js';
import { draftSpec } from './draft-spec.js';
import { findAdapters, sharedBase } from './find-adapters.js';

/** What it is told. */
export interface InitOptions {
  /** Of adapters, of folders that hold some, and of the base model. */
  readonly folders: readonly string[];
  /** Adapter folders by name. */
  readonly named?: ReadonlyMap<string, string>;
  readonly kind: SpecKind;
  readonly out: string;
  readonly name?: string | undefined;
  readonly base?: string | undefined;
  readonly expert?: string | undefined;
  readonly remove?: readonly string[] | undefined;
}

/** Where schemas are put, beside the spec. */
const SCHEMA_FOLDER = '.ominus';

/**
 * Writes the spec.
 *
 * @returns its text
 * @throws OminusError `OUTPUT_EXISTS` for a file that is there already, `USAGE` where roles are unknown, `FILE_NOT_FOUND`
 */
export async function initSpec(options: InitOptions): Promise<string> {
  const { kind, out, named, remove = [] } = options;
  const folder = dirname(resolve(out));
  const schema = `${SCHEMA_FOLDER}/${kind}.schema.json`;
  await refuseExisting(out);
  const { adapters, models } = await findAdapters(options.folders, named);
  const base = options.base === undefined ? ((await sharedBase(adapters)) ?? models[0]) : resolve(options.base);
  const name = options.name ?? nameFrom(out);
  const text = draftSpec({ ...options, name, adapters, base, remove, expert: options.expert, folder, schema });
  const { diagnostics } = readSpec(out, text);
  const [problem] = diagnostics;
  if (problem !== undefined) {
    throw new OminusError('USAGE', { message: problem.message, hint: problem.hint ?? 'Give other names.' });
  }
  try {
    await writeSchema(join(folder, schema), kind);
    await writeFileAtomically(out, text);
  } catch (error) {
    throw refused(error, `cannot write [file=${out}]`);
  }
  return text;
}

/** The file's own name, without what a run's name may not have. */
function nameFrom(out: string): string {
  const own = basename(out)
    .replace(/\.ya?ml$/i, '')
    .replaceAll(/[^\p{L}\p{M}\p{N} _.+⁺⁻-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, 100);
  return own === '' ? 'spec' : own;
}

async function refuseExisting(out: string): Promise<void> {
  try {
    await lstat(out);
  } catch (error) {
    if (isMissing(error)) {
      return;
    }
    throw refused(error, `cannot write [file=${out}]`);
  }
  throw new OminusError('OUTPUT_EXISTS', {
    message: `the file exists already [out=${out}]`,
    hint: 'Choose another with --out; existing files are never overwritten.',
  });
}

/** A schema of another version is replaced, nothing else is there. */
async function writeSchema(file: string, kind: SpecKind): Promise<void> {
  const text = `${JSON.stringify(specJsonSchema(kind), undefined, 2)}\n`;
  if ((await readFile(file, 'utf8').catch(() => undefined)) !== text) {
    await writeFileAtomically(file, text);
  }
}
