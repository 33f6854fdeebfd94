/** The fonts of figures in PDF: DejaVu Sans, which has the signs of the algebra and of the field (⊖, λ, ⁻, ≈, ▲). */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PdfFonts } from '../../report/pdf/figure-pdf.js';

/** Reads them from the package that has them. */
export async function readPdfFonts(): Promise<PdfFonts> {
  const { resolve } = createRequire(import.meta.url);
  const read = (name: string): Promise<Uint8Array> => readFile(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
  const [regular, bold] = await Promise.all([read('DejaVuSans'), read('DejaVuSans-Bold')]);
  return { regular, bold };
}
