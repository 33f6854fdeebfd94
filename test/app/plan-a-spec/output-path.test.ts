import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { outputPath } from '../../../app/plan-a-spec/output-path.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('where a spec may write', () => {
  let folder: string;
  const of = (path: string, root?: string): Promise<string> =>
    outputPath({ file: join(folder, 'study', 'spec.yaml') }, { what: 'both', path }, root);

  beforeEach(async () => {
    folder = await temporaryFolder();
    await mkdir(join(folder, 'study'));
    await mkdir(join(folder, 'other'));
    await symlink('../other', join(folder, 'study', 'linked'));
    await symlink('.', join(folder, 'study', 'here'));
  });

  it('is below its own folder, wherever the command runs', async () => {
    expect(await of('out/both')).toBe(join(folder, 'study', 'out', 'both'));
    expect(await of('..both')).toBe(join(folder, 'study', '..both'));
    expect(await of('here/out')).toBe(join(folder, 'study', 'here', 'out'));
  });

  it('is below the current folder', async () => {
    const target = join(process.cwd(), 'out', 'nothing');
    expect(await of(target)).toBe(target);
  });

  it('is not elsewhere, and the message has the option that allows it', async () => {
    for (const path of ['.', '..', '../other/x', join(folder, 'other', 'x')]) {
      const allow = dirname(join(folder, 'study', path.startsWith('/') ? '../other/x' : path));
      await expect(of(path), path).rejects.toMatchObject({
        code: 'OUTPUT_FORBIDDEN',
        hint: expect.stringMatching(new RegExp(`--output-root ${allow}$`)) as string,
      });
    }
    await expect(of('../it is/x')).rejects.toMatchObject({
      hint: expect.stringContaining(`--output-root '${join(folder, 'it is')}'`) as string,
    });
  });

  it('is not where a link beside the spec leads', async () => {
    await expect(of('linked/x')).rejects.toMatchObject({
      code: 'OUTPUT_FORBIDDEN',
      message: expect.stringContaining(`leaves the spec's folder by a link`) as string,
    });
    expect(await of('linked/x', join(folder, 'study'))).toBe(join(folder, 'study', 'linked', 'x'));
  });

  it('is below a root that is named, and there alone', async () => {
    expect(await of('../other/x', folder)).toBe(join(folder, 'other', 'x'));
    await expect(of('out', join(folder, 'other'))).rejects.toMatchObject({ code: 'OUTPUT_FORBIDDEN' });
  });
});
