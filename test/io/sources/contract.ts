/** What every place that sources come from must do. A scheme is tested by being in `SOURCE_SCHEMES`. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createSourceAccess } from '../../../activities/source-access.js';
import { digestOf, toDigest } from '../../../core/digest.js';
import { encodeSafetensors } from '../../../core/safetensors/codec.js';
import { openAdapter } from '../../../io/adapter/adapter-folder.js';
import { digestSource, locateSource } from '../../../io/sources/digest-source.js';
import type { SchemeName } from '../../../core/source-uri.js';
import { SOURCE_SCHEMES } from '../../../io/sources/schemes.js';
import { adapterFiles, randomFactors, writeAdapterFolder } from '../../support/lora.js';
import { closeSourcePlaces, SOURCE_PLACES, type SourcePlace } from '../../support/source-places.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const ADAPTER = {
  modules: {
    'model.layers.0.mlp.up_proj': randomFactors(1, { rows: 12, width: 8, rank: 2 }),
    'model.layers.1.mlp.up_proj': randomFactors(2, { rows: 12, width: 8, rank: 2 }),
  },
};
/** Long enough that a transfer of it can break. */
const LARGE_BYTES = 300_000;
const text = (value: string): Buffer => Buffer.from(value);

async function putAdapter(place: SourcePlace): Promise<void> {
  const { tensors, config } = adapterFiles(ADAPTER);
  await place.put('adapter_config.json', text(JSON.stringify(config)));
  await place.put('adapter_model.safetensors', encodeSafetensors({ tensors, metadata: new Map([['format', 'pt']]) }));
}

/** Runs the suite over one scheme. */
export function describeSources(scheme: SchemeName): void {
  const { isRemote, isPinned } = SOURCE_SCHEMES[scheme];
  const open = SOURCE_PLACES[scheme].open;

  describe(`sources of the scheme ${scheme}`, () => {
    beforeEach(async () => {
      process.env['OMINUS_CACHE_DIR'] = await temporaryFolder();
    });

    afterAll(closeSourcePlaces);

    it('list an adapter: only the files that count, and the digest that the same adapter has in any place', async () => {
      const place = await open();
      await putAdapter(place);
      const plain = await locateSource(
        'adapter',
        await writeAdapterFolder(join(await temporaryFolder(), 'x'), ADAPTER),
      );
      for (const name of ['README.md', 'adapter_model.bin', 'checkpoint-1/adapter_config.json']) {
        await place.put(name, text('does not count'));
      }
      const { ref, path } = await digestSource('adapter', place.folder);
      expect([ref.digest, ref.sizeBytes]).toEqual([plain.digest, plain.sizeBytes]);
      if (isRemote) {
        expect((await readdir(path)).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
      }
    });

    it('are read tensor by tensor', async () => {
      const place = await open();
      await putAdapter(place);
      const adapter = await openAdapter((await locateSource('adapter', place.folder)).path);
      for (const [path, { a, b }] of Object.entries(ADAPTER.modules)) {
        expect(await adapter.readFactors(path)).toMatchObject({ a, b });
      }
      await adapter.close();
    });

    it('give a data file byte for byte, under the sha256 of its bytes', async () => {
      const place = await open();
      const bytes = randomBytes(1000);
      await place.put('data/test set.json', bytes);
      const { path, digest, sizeBytes } = await locateSource('data', place.file('data/test set.json'));
      expect(bytes.equals(await readFile(path))).toBe(true);
      expect([digest, sizeBytes]).toEqual([digestOf(bytes), 1000]);
    });

    it('give callers at the same time the same answer', async () => {
      const place = await open();
      await putAdapter(place);
      const answers = await Promise.all([1, 2, 3].map(() => locateSource('adapter', place.folder)));
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    });

    it('say FILE_NOT_FOUND where there is nothing, or where an adapter lacks its tensors', async () => {
      const place = await open();
      for (const kind of ['adapter', 'model', 'classifier'] as const) {
        await expect(locateSource(kind, place.folder)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      }
      await expect(locateSource('data', place.file('no.json'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      await putAdapter(place);
      await locateSource('adapter', place.folder);
      await place.remove('adapter_model.safetensors');
      await expect(locateSource('adapter', place.folder)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    });

    it('refuse another digest than the pinned one', async () => {
      const place = await open();
      await place.put('test.json', text('[1]'));
      const pinned = toDigest(`sha256:${'0'.repeat(64)}`);
      const wrong = digestSource('data', place.file('test.json'), { pinned });
      await expect(wrong).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      const right = await digestSource('data', place.file('test.json'), { pinned: digestOf('[1]') });
      expect(right.ref.digest).toBe(digestOf('[1]'));
    });

    it('that change after planning are never used under the planned digest', async () => {
      const place = await open();
      await place.put('test.json', text('[1]'));
      const { ref } = await digestSource('data', place.file('test.json'));
      await place.put('test.json', text('[2]'));
      expect((await locateSource('data', place.file('test.json'))).digest).toBe(digestOf('[2]'));
      const access = createSourceAccess();
      if (isPinned) {
        expect(await access.text(ref)).toBe('[1]'); // the planned URI still names the old content
      } else {
        await expect(access.text(ref)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      }
      await access.close();
    });

    it('warn where the URI may name something else tomorrow, though it could be pinned', async () => {
      const place = await open();
      const name = 'a/path/that/is/longer/than/forty/characters.json';
      await place.put(name, text('[1]'));
      const first = await digestSource('data', place.file(name));
      expect(first.warnings).toHaveLength(isPinned ? 1 : 0);
      expect((await digestSource('data', first.ref.uri)).warnings).toEqual([]);
    });

    it('refuse an index that names a file outside the folder', async () => {
      const place = await open();
      await place.put('config.json', text('{}'));
      await place.put('model.safetensors.index.json', text('{"weight_map": {"a": "../model.safetensors"}}'));
      await expect(locateSource('model', place.folder)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    });

    it.runIf(isRemote)('refuse a listed name that is a path out of the folder on another system', async () => {
      const place = await open();
      await place.put('config.json', text('{}'));
      await place.put('model\\..\\..\\x.safetensors', text('x'));
      await expect(locateSource('model', place.folder)).rejects.toMatchObject({ code: 'DATA_INVALID' });
    });

    it.runIf(isRemote)('are fetched on from where a transfer broke', async () => {
      const place = await open();
      const bytes = randomBytes(LARGE_BYTES);
      await place.put('test.json', bytes);
      let broke = 0;
      place.breakTransfer(() => {
        broke++;
        return Promise.resolve();
      });
      const { path } = await locateSource('data', place.file('test.json'));
      expect(broke).toBe(1);
      expect(bytes.equals(await readFile(path))).toBe(true);
    });

    it.runIf(isRemote).each([
      ['shorter', 1000],
      ['longer', LARGE_BYTES + 1000],
    ])('that become %s while they are fetched are SOURCE_CHANGED, and nothing of them is kept', async (_, size) => {
      const place = await open();
      await place.put('test.json', randomBytes(LARGE_BYTES));
      const changed = randomBytes(size);
      place.breakTransfer(() => place.put('test.json', changed));
      const broken = locateSource('data', place.file('test.json'));
      await expect(broken).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      const { path } = await locateSource('data', place.file('test.json'));
      expect(changed.equals(await readFile(path))).toBe(true);
    });

    it.each(['//user:hunter2@host/x', '//user:hunter2@%zz'])(
      'refuse credentials in a URI such as %s, and do not repeat them',
      async (rest) => {
        const error: unknown = await locateSource('adapter', `${scheme}:${rest}`).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'USAGE' });
        expect(JSON.stringify([String(error), error])).not.toContain('hunter2');
      },
    );
  });
}
