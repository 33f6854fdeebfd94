/** The colours of reports: one list for light, one for dark; the page has them as custom properties, figures as plain colours. */

/** Colours by name, without the leading `--` of the custom property. */
export type Palette = Readonly<Record<string, string>>;

/** Dark ink on a light page. `s1` to `s6` tell series apart; marks and dashes do so too, so that nothing hangs on colour. */
export const LIGHT: Palette = {
  paper: '#fdfdfb',
  panel: '#f5f5f1',
  ink: '#1c2024',
  muted: '#5c646c',
  line: '#d8dad5',
  strong: '#9aa09a',
  better: '#0a6c74',
  worse: '#b3400e',
  unclear: '#5c646c',
  accent: '#33508a',
  heat: '#5a82c4',
  s1: '#0a6c74',
  s2: '#b3400e',
  s3: '#33508a',
  s4: '#7a4b94',
  s5: '#6b6a00',
  s6: '#a03058',
};

/** Light ink on a dark page. */
export const DARK: Palette = {
  paper: '#15181b',
  panel: '#1e2226',
  ink: '#e7e9ea',
  muted: '#a2abb3',
  line: '#343a40',
  strong: '#69727b',
  better: '#5cc4c9',
  worse: '#f2a074',
  unclear: '#a2abb3',
  accent: '#9db6ea',
  heat: '#4a74bd',
  s1: '#5cc4c9',
  s2: '#f2a074',
  s3: '#9db6ea',
  s4: '#c79be0',
  s5: '#c9c65a',
  s6: '#f090b0',
};

/** Declarations of the custom properties. */
export function customProperties(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, color]) => `--${name}:${color};`)
    .join('');
}

/** The rules with plain colours instead of custom properties, which many programs that read SVG do not know. */
export function withColors(rules: string, palette: Palette): string {
  return rules.replace(/var\(--([a-z0-9]+)\)/g, (whole, name: string) => palette[name] ?? whole);
}
