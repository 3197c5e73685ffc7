/** The page's only style sheet; the policy of the page names its hash, so that no other can be brought in. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#17191c;--quiet:#5a636e;--page:#fff;--paper:#f2f5f8;--band:#e4eaf1;--rule:#d5dbe2;--link:#0b5cad;
--good:#0f7b4f;--bad:#b3261e;--warn:#8a5a00;--open:#0b5cad;--l0:#0b63b5;--l1:#b9480e;--l2:#0f7b4f;--l3:#7a3fb3;
--acting:#b9480e;--google:#0b63b5;--evidence:#7a3fb3;--proof:#8ba3bd;--people:#c79300;--handed-over:#60707f;--away:#17191c}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebee;--quiet:#a3adb8;--page:#101317;--paper:#171c22;--band:#212a34;--rule:#303943;--link:#7db8ff;
--good:#4cc38a;--bad:#ff8a80;--warn:#f0b44c;--open:#7db8ff;--l0:#62a8f5;--l1:#f39a5f;--l2:#4cc38a;--l3:#c295f5;
--acting:#f39a5f;--google:#4d97ea;--evidence:#a878e0;--proof:#7389a1;--people:#d9a818;--handed-over:#8b9aa8;--away:#e8ebee}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;overflow-wrap:break-word}
p,li,dd,h1,h3,td:last-child,summary{overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.2rem;margin:0 0 .6rem}
h3{font-size:1rem;margin:0}
p{margin:.4rem 0}
a{color:var(--link)}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}
.defs{position:absolute}
header{border-left:6px solid var(--tone);padding:.2rem 0 .2rem 1rem}.answer~header,.ask~header,.where-it-is~header{margin-top:1.6rem}
.good{--tone:var(--good)}.bad{--tone:var(--bad)}.warn{--tone:var(--warn)}.open{--tone:var(--open)}
h1{color:var(--tone)}
.lead{font-size:1.1rem}
.note,.quiet,.meta{color:var(--quiet)}
.note,.meta{font-size:.87rem}
.quiet{font-weight:400}
.notice{border:2px solid var(--warn);padding:.5rem .8rem;margin:.8rem 0}
nav a{display:inline-block;margin-right:.9rem;padding:.15rem 0}
section{border-top:1px solid var(--rule);margin-top:1.6rem;padding-top:1.1rem}
ul,ol{padding-left:1.3rem;margin:.4rem 0}
li{margin:.25rem 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.6rem}
.card{background:var(--paper);border:1px solid var(--rule);border-radius:6px;padding:.6rem .8rem}
.card h3{font-size:.85rem;font-weight:400;color:var(--quiet)}
.card b{font-size:1.15rem;display:inline-block}
.goal-met{color:var(--good)}.goal-missed{color:var(--bad)}.goal-unknown{color:var(--warn)}
table{border-collapse:collapse;width:100%;margin:.8rem 0;font-size:.92rem}
caption{text-align:left;font-weight:600;padding:.2rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--rule)}
tbody th{font-weight:600}
.log th,.log td:nth-child(2),thead th,.deadlines td:nth-child(3),.deadlines td:last-child{white-space:nowrap}.deadlines td:nth-child(2){overflow-wrap:anywhere}
.checks{list-style:none;padding:0}
svg{display:block;max-width:100%}
svg text{font:11px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:var(--ink)}
figure{margin:0 0 .9rem}
figcaption{font-size:.9rem;margin-bottom:.15rem}
figcaption h3{display:inline;font-size:.95rem;margin-right:.7rem}
.key{white-space:nowrap;margin-right:.7rem}.key svg{display:inline-block;vertical-align:middle}
.key b{white-space:normal}
.lanes{position:sticky;top:0;background:var(--page);padding:.3rem 0;z-index:1}
.paper{fill:var(--paper)}.band{fill:var(--band)}
.line{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}
.l0{stroke:var(--l0)}.l1{stroke:var(--l1);stroke-dasharray:7 3}.l2{stroke:var(--l2);stroke-dasharray:2 3}.l3{stroke:var(--l3);stroke-dasharray:9 3 2 3}
.goal{stroke:var(--bad);stroke-width:1;stroke-dasharray:3 3}
svg .goal-words,svg .top{fill:var(--quiet);stroke:var(--paper);stroke-width:4px;paint-order:stroke}
svg .goal-words{fill:var(--bad)}
.at{stroke:var(--quiet);stroke-width:1;stroke-dasharray:1 3}
.foot{fill:var(--quiet)}
.mark{fill:var(--ink)}svg .number{fill:var(--page);font-weight:700}
.edge{stroke:var(--rule);stroke-width:1}
.even{fill:var(--band)}.odd{fill:var(--paper)}
svg .time{fill:var(--quiet)}
rect.pass{fill:var(--good)}rect.fail{fill:url(#fail)}rect.unknown{fill:var(--people)}
.fail-ground{fill:var(--page)}.fail-line{stroke:var(--bad);stroke-width:4}
.gate{margin:.25rem 0}.gate details{font-size:.85rem}.gate summary{padding:0}
.c-acting{fill:var(--acting)}.c-google{fill:var(--google)}.c-evidence{fill:var(--evidence)}.c-proof{fill:var(--proof)}
.c-people{fill:var(--people)}.c-handed-over{fill:var(--handed-over)}.c-away{fill:var(--away)}
.clock-keys{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem}.clock-keys svg{display:inline-block}
.causes>li,.changes>li{margin:.9rem 0}
.changes{list-style:none;padding:0}.changes>li{border:1px solid var(--rule);border-radius:6px;padding:.6rem .8rem}
.nr{display:inline-block;min-width:1.5em;text-align:center;border-radius:1em;background:var(--ink);color:var(--page)}
.badge{white-space:nowrap;font-size:.8rem;font-weight:400;border:1px solid;border-radius:1em;padding:0 .5em}
.badge.irreversible{color:var(--bad)}.badge.reversible{color:var(--good)}
.share svg{display:inline-block}.share .rest{fill:var(--band)}.share .part{fill:var(--l0)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:.3rem 0}dt{color:var(--quiet)}dd{margin:0}
summary{cursor:pointer;color:var(--link);padding:.15rem 0}
code,pre{font:13px/1.45 ui-monospace,"DejaVu Sans Mono",monospace}
pre{white-space:pre-wrap;background:var(--paper);padding:.6rem;border-radius:6px;overflow-wrap:anywhere}
.ask{border:2px solid var(--warn);border-radius:6px;margin-top:.8rem;padding:.8rem 1rem}
.ask h2{color:var(--warn);margin:0}.ask h3{margin-top:.9rem}.ask details{margin:.2rem 0}.ask dl{grid-template-columns:minmax(5rem,max-content) 1fr;gap:.4rem .8rem}.ask code{overflow-wrap:anywhere}.ask .steps{padding-left:1.3rem}.ask .steps>li{margin:.8rem 0}
.diff{margin:.3rem 0}.diff .came{color:var(--good)}.diff .went{color:var(--bad)}.one-way{color:var(--bad)}
.answer{border:1px solid var(--rule);border-radius:6px;background:var(--paper);padding:.6rem 1rem;margin:.6rem 0}
.answer form{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.5rem .9rem}
.answer label{font-size:.87rem;color:var(--quiet)}.answer .wide,.answer .buttons{grid-column:1/-1}
.answer .buttons{display:flex;flex-wrap:wrap;gap:.6rem;margin:.3rem 0}
input,button{font:inherit;color:inherit;background:var(--page);border:1px solid var(--quiet);border-radius:6px;padding:.45rem .7rem}
input{display:block;width:100%}
button{cursor:pointer;font-weight:600;min-height:2.75rem;padding:.45rem 1.1rem}
button.approve,button.resume{background:var(--link);border-color:var(--link);color:var(--page)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.live{max-width:60rem;margin:0 auto;padding:.4rem 1rem 0;font-size:.87rem;color:var(--quiet)}.live.lost{color:var(--bad);font-weight:600}
.rail{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem;padding:0}.rail li{border:1px solid var(--rule);border-radius:1em;padding:.1rem .8rem;margin:0;color:var(--quiet)}
.rail .here{border:2px solid var(--open);color:var(--open);font-weight:700}.rail .been{background:var(--paper);color:var(--ink)}.rail .passed-over{text-decoration:line-through}
.rail .said{position:absolute;left:-99rem}.left{color:var(--warn);font-weight:600}.waits{margin:.6rem 0}
.short{grid-template-columns:minmax(7rem,max-content) 1fr;gap:.4rem .9rem}
.ways{grid-template-columns:minmax(9rem,1fr) 2fr;gap:.3rem .9rem}
footer{border-top:1px solid var(--rule);margin-top:1.6rem;padding-top:.6rem}
@media (max-width:600px){main{padding:.7rem}.live{padding:.4rem .7rem 0}.ask{padding:.7rem}h1{font-size:1.3rem}.lead{font-size:1rem}
table,tbody,tr,th,td{display:block}thead{position:absolute;left:-99rem}tr{border-bottom:1px solid var(--rule);padding:.3rem 0}th,td{border:0;padding:.05rem 0}
.log th,.log td:nth-child(2){white-space:normal}.log td:nth-child(2){color:var(--quiet)}
dl.ways,dl.short{display:block}.ways dt,.short dt{margin-top:.5rem}td:not(:empty)[data-of]::before{content:attr(data-of) ": ";color:var(--quiet)}caption{display:block}.key{white-space:normal}}
@media print{:root{color-scheme:light}#time>details{display:none}body{font-size:10.5pt}main{max-width:none;padding:0}nav,.skip,.live,.answer{display:none}.lanes{position:static}
figure,.card,.changes>li,tr,.rail,.short,#next,.gate{break-inside:avoid}.gates{break-inside:auto}h2,h3,caption,figcaption,thead,dt,.lanes{break-after:avoid}tbody tr:first-child{break-before:avoid}.put-off{display:none}section:not(#time)>details::details-content,li>details::details-content{content-visibility:visible;display:block;block-size:auto}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
