/** The rules of all figures; the page includes them, and a figure that stands alone carries them. */

/** Colours are custom properties; {@link standaloneSvg} writes plain ones. */
export const FIGURE_STYLE = `
.figure text{fill:var(--ink);font-size:12px}
.figure .paper{fill:var(--paper)}
.figure .name{font-size:13px;font-weight:600}
.figure .axis line{stroke:var(--line)}
.figure .axis text,.figure .small{fill:var(--muted);font-size:11px}
.figure .ref line{stroke:var(--strong);stroke-width:1.4;stroke-dasharray:1.5 3}
.figure .ref.baseline line{stroke:var(--ink);stroke-dasharray:6 3}
.figure .ref text{fill:var(--muted);font-size:11px}
.figure .ref.baseline text{fill:var(--ink)}
.figure .halo{paint-order:stroke;stroke:var(--paper);stroke-width:3.5px;stroke-linejoin:round}
.figure .whisker{stroke:var(--unclear);stroke-width:1.6;fill:none}
.figure .dot{fill:var(--unclear);stroke:var(--paper);stroke-width:1}
.figure .better .whisker{stroke:var(--better)}.figure .better .dot,.figure .better .sign{fill:var(--better)}
.figure .worse .whisker{stroke:var(--worse)}.figure .worse .dot,.figure .worse .sign{fill:var(--worse)}
.figure .is-baseline .dot{fill:var(--ink)}.figure .is-baseline .whisker{stroke:var(--ink)}
.figure .is-baseline text{font-weight:600}
.figure .value{font-variant-numeric:tabular-nums}
.figure .zero{stroke:var(--ink);stroke-width:1.2}
.figure .cloud{fill:none;stroke:var(--accent);stroke-width:2.2;stroke-opacity:.45}
.figure .cloud.big{stroke-width:4;stroke-opacity:.6}
.figure .cloud.out{stroke:var(--strong);stroke-opacity:.5}
.figure .front{fill:none;stroke:var(--accent);stroke-width:1.4;stroke-opacity:.7}
.figure .mark{fill:var(--accent);stroke:var(--paper);stroke-width:1}
.figure .chosen{fill:var(--worse);stroke:var(--paper);stroke-width:1.2}
.figure .chosen.open{fill:var(--paper);stroke:var(--worse);stroke-width:1.6}
.figure .chosen-line{fill:none;stroke:var(--worse);stroke-width:1.6}
.figure .chosen-line.faint{stroke-dasharray:2 3;stroke-width:1.2}
.figure .band{fill:var(--accent);fill-opacity:.16}
.figure .median{fill:none;stroke:var(--accent);stroke-width:2}
.figure .series path,.figure .series line{fill:none;stroke-width:1.8}
.figure .series .dot{stroke:var(--paper);stroke-width:1}
.figure .s1 path,.figure .s1 line{stroke:var(--s1)}.figure .s1 .dot{fill:var(--s1)}
.figure .s2 path,.figure .s2 line{stroke:var(--s2);stroke-dasharray:7 3}.figure .s2 .dot{fill:var(--s2)}
.figure .s3 path,.figure .s3 line{stroke:var(--s3);stroke-dasharray:2 3}.figure .s3 .dot{fill:var(--s3)}
.figure .s4 path,.figure .s4 line{stroke:var(--s4);stroke-dasharray:9 3 2 3}.figure .s4 .dot{fill:var(--s4)}
.figure .s5 path,.figure .s5 line{stroke:var(--s5);stroke-dasharray:4 2}.figure .s5 .dot{fill:var(--s5)}
.figure .s6 path,.figure .s6 line{stroke:var(--s6);stroke-dasharray:1 3}.figure .s6 .dot{fill:var(--s6)}
.figure .series .dot,.figure .series .whisker{stroke-dasharray:none}
.figure .series .dot{stroke:var(--paper)}
.figure .series .whisker{stroke-width:1.2;stroke-opacity:.75}
.figure .cells path{fill:var(--heat)}
.figure .cells .none{fill:none;stroke:var(--line)}
.figure .frame{fill:none;stroke:var(--line)}
.figure .hatch{fill:none;stroke:var(--strong);stroke-width:1}
.figure .number{text-anchor:middle;font-size:10.5px;font-variant-numeric:tabular-nums}
`;
