/** The report's style sheet: light and dark, phone and paper, no fonts or images from elsewhere. */
import { FIGURE_STYLE } from '../figures/kit/figure-style.js';
import { DARK, LIGHT, customProperties } from './palette.js';

const LIGHT_PROPERTIES = customProperties(LIGHT);

/** All rules. Colours are custom properties, so that SVG and tables follow the reader's scheme. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT_PROPERTIES}
--serif:Charter,"Bitstream Charter","Iowan Old Style","Palatino Linotype",Palatino,"Source Serif 4",Georgia,serif;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{${customProperties(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:74rem;padding:2.5rem 1.25rem 3rem;background:var(--paper);color:var(--ink);font:16px/1.55 var(--serif);overflow-wrap:anywhere}
h1,h2,h3,h4,h5{line-height:1.25;margin:0;font-weight:600;unicode-bidi:isolate}
h1{font-size:2.1rem;letter-spacing:-.01em}
h2{font-size:1.4rem;margin:3rem 0 1rem;padding-top:.9rem;border-top:1px solid var(--line)}
h3{font-size:1.1rem;margin:1.8rem 0 .5rem}
h4{font-size:1rem;margin:1.2rem 0 .4rem}
p{margin:.5rem 0}
code,pre,bdi,td,th,li,.text,.name{unicode-bidi:isolate}
code,pre{font-family:var(--mono);font-size:.86em}
small{font-size:.8em}
a{color:var(--accent)}
.kicker{margin:0 0 .3rem;font:600 .8rem/1.4 var(--sans);letter-spacing:.06em;color:var(--muted)}
.muted,.note{color:var(--muted)}
.note{font:.85rem/1.5 var(--sans);max-width:54rem}
.lead{font-size:1.12rem;max-width:54rem}
nav{margin:1.2rem 0 0;font:.9rem/1.9 var(--sans)}
nav a{margin-right:1.1rem;text-decoration:none;white-space:nowrap}
nav a:hover{text-decoration:underline}
header+nav+main>section:first-child h2{margin-top:1.6rem}
.wide{overflow-x:auto;margin:.8rem 0;max-width:100%}
table{border-collapse:collapse;font:.85rem/1.4 var(--sans);font-variant-numeric:tabular-nums;overflow-wrap:normal}
caption{text-align:left;font-weight:600;padding:.3rem 0;color:var(--muted)}
th,td{padding:.38rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{border-bottom:1.5px solid var(--strong);vertical-align:bottom;font-weight:600}
thead{border-top:1.5px solid var(--strong)}
tbody tr:last-child>*{border-bottom:1.5px solid var(--strong)}
tbody th{font-weight:600}
tbody th{min-width:8.5rem}
tbody th,td code{max-width:24rem;overflow-wrap:anywhere}
td code{display:inline-block;min-width:9rem}
.number{text-align:right;white-space:nowrap}
.digest{color:var(--muted);font-size:.8em}
.verdict,.test{white-space:nowrap}
.is-baseline>*{background:var(--panel)}
.better .sign,td.better b,tr.better b{color:var(--better)}
.worse .sign,td.worse b,tr.worse b{color:var(--worse)}
.sign{display:inline-block;min-width:1em;text-align:center}
table.metrics thead th{white-space:normal}
table.metrics thead th{font-weight:600}
table.metrics thead code,table.metrics thead small{font-weight:400;color:var(--muted);font-size:.72rem}
table.metrics thead small{white-space:nowrap}
table.metrics td small{color:var(--muted);font-size:.72rem}
table.comparison th,table.comparison td,table.metrics th,table.metrics td{padding:.38rem .5rem}
sub{line-height:0}
table.metrics th:first-child,table.comparison th:first-child{position:sticky;left:0;background:var(--paper)}
table.metrics th:first-child{min-width:6.5rem;max-width:9rem}
table.metrics .is-baseline th:first-child{background:var(--panel)}
.aux{font-style:italic}
.verdicts{display:grid;gap:1rem;margin:1.4rem 0}
.card{border:1px solid var(--line);border-radius:8px;padding:1rem 1.2rem;background:var(--panel)}
.card h3{margin:0}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr));gap:.4rem 1.6rem}
.columns h4{margin:.7rem 0 .2rem;font:600 .85rem/1.4 var(--sans)}
.columns .better h4{color:var(--better)}
.columns .worse h4{color:var(--worse)}
.columns .unclear h4{color:var(--unclear)}
.columns ul{margin:0;padding:0;list-style:none;font:.85rem/1.5 var(--sans)}
.columns li{margin:.25rem 0;padding-left:.8rem;text-indent:-.8rem}
.columns p{margin:0;font:.85rem/1.5 var(--sans)}
.alarm{margin:.8rem 0 0;padding-top:.6rem;border-top:1px dashed var(--strong);font:.85rem/1.5 var(--sans)}
.alarm b{color:var(--worse)}
.warnings{border:1px solid var(--worse);border-left-width:5px;border-radius:4px;padding:.7rem 1.1rem;margin:1.2rem 0}
.warnings h3{margin:0;font-size:1rem}
.warnings ul{margin:.3rem 0;padding-left:1.1rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(21rem,100%),1fr));gap:1.2rem 2rem}
figure{margin:0;break-inside:avoid}
figcaption{font:.9rem/1.4 var(--sans)}
figcaption .muted{font-size:.8rem}
svg{font-family:var(--sans);max-width:none}
svg text{fill:var(--ink);font-size:12px}
.figure{display:block;width:100%;max-width:34rem;height:auto}
.dots{max-width:30rem}
${FIGURE_STYLE.trim()}
.graph{display:block;height:auto}
.graph .node rect{fill:var(--panel);stroke:var(--strong);stroke-width:1.2}
.graph .node.combine rect{fill:var(--paper);stroke:var(--accent);stroke-width:1.6}
.graph .node.output rect{stroke:var(--ink);stroke-width:2}
.graph .node text{text-anchor:middle;font-size:13px}
.graph .node .title{font-weight:600}
.graph .node .subtitle{fill:var(--muted);font-size:12px}
.graph .edge path{fill:none;stroke:var(--muted);stroke-width:1.4}
.graph .edge.right path{stroke-dasharray:6 3}
.graph .edge.reference path{stroke-dasharray:1.5 3}
.graph marker path{fill:var(--muted)}
.graph .edge text{fill:var(--muted);font-size:11px;text-anchor:middle;paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.pair{margin:1.2rem 0}
.heats{display:flex;flex-wrap:wrap;gap:1rem 2rem;margin:.8rem 0;overflow-x:auto}
.heat{font-size:.75rem}
.heat th,.heat td{padding:.22rem .45rem;text-align:right;border:0}
.heat thead th{font-weight:400;color:var(--muted);border:0}
.heat thead{border:0}
.heat tbody tr:last-child>*{border:0}
.heat tbody th{min-width:0;font-weight:400;color:var(--muted)}
.heat td{background:color-mix(in srgb,var(--heat) var(--share,0%),var(--paper));border:1px solid var(--paper)}
.heat td.negative{background:color-mix(in srgb,var(--worse) var(--share,0%),var(--paper))}
details{border-top:1px solid var(--line);padding:.6rem 0}
summary{cursor:pointer}
.application{margin:0 0 1.6rem}
.sample{margin:1.4rem 0 2rem;break-inside:avoid}
.text{white-space:pre-wrap;unicode-bidi:plaintext;margin:.3rem 0}
.prompt{font-style:italic;border-left:3px solid var(--strong);padding-left:.8rem}
.answers{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(13rem,100%),1fr));gap:.8rem;margin-top:.8rem}
.answer{border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem;font-size:.92rem}
.answer.is-baseline{background:var(--panel)}
.answer.is-baseline>*{background:none}
.answer h5{font:600 .85rem/1.4 var(--sans)}
.scores{color:var(--muted);font:.8rem/1.4 var(--sans);font-variant-numeric:tabular-nums}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;font:.85rem/1.6 var(--sans)}
dt{color:var(--muted)}
dd{margin:0}
pre.spec{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:1rem;overflow-x:auto;line-height:1.5;white-space:pre}
footer{margin-top:3rem;border-top:1px solid var(--line);color:var(--muted);font:.8rem/1.5 var(--sans)}
.answers-list{display:grid;gap:.2rem 2rem;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));margin:1rem 0 1.4rem}
.answers-list h3{margin:.8rem 0 .2rem}
.answers-list p{margin:.2rem 0}
.answers-list ul{margin:.2rem 0;padding-left:1.1rem;font-size:.95em}
.charts .note{margin:.2rem 0 .8rem;font-size:.8rem}
table.points th,table.points td,table.comparison td{padding:.3rem .5rem}
table.points tbody th{min-width:4rem;overflow-wrap:normal}
.flip{margin:1rem 0 1.4rem;break-inside:avoid}
.flip .answers{grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr));margin-top:.4rem}
.flip .prompt{margin:.2rem 0}
.filter{display:block;margin:.6rem 0;font:.85rem/1.6 var(--sans)}
.filter input{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--strong);border-radius:4px;padding:.15rem .5rem;width:14rem;max-width:60vw}
.tip{position:fixed;z-index:2;max-width:min(26rem,90vw);padding:.3rem .6rem;border:1px solid var(--strong);border-radius:4px;background:var(--panel);font:.8rem/1.4 var(--sans);pointer-events:none}
[hidden]{display:none!important}
.print-only{display:none}
th[aria-sort]{cursor:pointer}
th[aria-sort]:hover{text-decoration:underline}
th[aria-sort=ascending]::after{content:" ▲";font-size:.7em}
th[aria-sort=descending]::after{content:" ▼";font-size:.7em}
.saves{font:.75rem/1.4 var(--sans);margin:.1rem 0 .4rem}
.saves button{font:inherit;color:var(--accent);background:none;border:0;padding:0 .8rem 0 0;cursor:pointer}
.saves button:hover{text-decoration:underline}
@media (max-width:36rem){body{padding:1.4rem .9rem 2rem;font-size:15px}h1{font-size:1.6rem}.card{padding:.8rem .9rem}dl{grid-template-columns:1fr;gap:0}dt{margin-top:.4rem}}
@media print{:root{color-scheme:light;${LIGHT_PROPERTIES}}body{max-width:none;padding:0;font-size:10.5pt}nav{display:none}.wide{overflow:visible}
h2,h3,h4{break-after:avoid}tr,.card,.answer{break-inside:avoid}table{font-size:7.5pt}.graph{max-width:100%}
.filter,.saves,details:not([open]){display:none}section:is(#flips,#samples,#diagnostics){display:none}.print-only{display:block}}
`;
