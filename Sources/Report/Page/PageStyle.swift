/// Style sheet of the page: system fonts, light and dark, from a telephone to a wide screen.
enum PageStyle {
  static var text: String { colours + base + tables + charts + listening + ChartColours.page }

  private static var colours: String {
    """
    :root{color-scheme:light dark;--paper:#ffffff;--ink:#1b1b1b;--muted:#555555;--grid:#dddddd;--axis:#777777;\
    --line:#cccccc;--shade:#f4f4f2;--accent:#00558c;--warn:#8a3b00;\(ChartColours.lightProperties)}
    @media (prefers-color-scheme:dark){:root{--paper:#15171a;--ink:#e9e9e6;--muted:#b3b3b0;--grid:#34373c;\
    --axis:#8b8d92;--line:#474a50;--shade:#1f2226;--accent:#86c5f2;--warn:#ffb27a;\(ChartColours.darkProperties)}}

    """
  }

  private static let base = """
    *{box-sizing:border-box}
    [hidden]{display:none!important}
    html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
    "Noto Sans","DejaVu Sans",sans-serif}
    header,main,footer{max-width:76rem;margin:0 auto;padding:0 max(1rem,env(safe-area-inset-left))}
    p,li,dl{max-width:44rem}
    h1{font-size:1.9rem;line-height:1.2;margin:1.6rem 0 .4rem}
    h2{font-size:1.35rem;line-height:1.25;margin:2.6rem 0 .6rem;padding-top:.5rem;border-top:1px solid var(--line)}
    h3{font-size:1.05rem;margin:1.4rem 0 .4rem}
    a{color:var(--accent)}
    nav ul{display:flex;flex-wrap:wrap;gap:.1rem .9rem;list-style:none;padding:0;margin:.6rem 0;max-width:none}
    nav a{display:inline-block;padding:.55rem 0}
    .lead{font-size:1.1rem;color:var(--muted);margin:.2rem 0}
    .note{color:var(--muted);font-size:.92rem}
    .warn{color:var(--warn)}
    pre{background:var(--shade);border:1px solid var(--line);border-radius:6px;padding:.7rem .9rem;overflow-x:auto;\
    max-width:100%;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all;margin:.5rem 0}
    code,.hash{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.86em}
    .hash{overflow-wrap:anywhere;color:var(--muted)}
    dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.25rem 1.1rem}
    dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
    summary{cursor:pointer;padding:.6rem 0;min-height:44px}
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    footer{margin:3rem auto 2rem;color:var(--muted);font-size:.9rem}
    @media (max-width:34rem){h1{font-size:1.55rem}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .5rem}}

    """

  private static let tables = """
    .scroll{overflow-x:auto;width:fit-content;max-width:100%;border:1px solid var(--line);border-radius:6px;margin:.6rem 0}
    table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums;white-space:nowrap}
    th,td{padding:.42rem .7rem;text-align:right;border-bottom:1px solid var(--line);vertical-align:top}
    thead th{background:var(--shade);vertical-align:bottom;white-space:normal;min-width:5.2rem;font-weight:600}
    tbody th{text-align:left;font-weight:500;position:sticky;left:0;background:var(--paper);white-space:normal;\
    min-width:18rem;max-width:20rem}
    tbody tr:last-child>*{border-bottom:0}
    td.text,th.text{text-align:left}
    td.prose{text-align:left;white-space:normal;min-width:11rem}
    small{display:block;color:var(--muted);font-size:.85em}
    button{font:inherit;color:var(--accent);background:var(--shade);border:1px solid var(--line);border-radius:6px;\
    padding:.35rem .7rem;min-height:44px;cursor:pointer}
    tbody th.hears{padding-right:4.2rem;height:3.6rem}
    tbody th button{position:absolute;right:.7rem;top:.35rem;min-width:44px;padding:0}
    @media (max-width:34rem){tbody th{min-width:7.5rem;max-width:9.5rem}tbody th.hears{padding-right:.5rem}tbody th button{position:static;display:block;margin-top:.3rem}th,td{padding:.4rem .5rem}}

    """

  private static let charts = """
    .figure{margin:.6rem 0 1.4rem;overflow-x:auto;max-width:100%}
    .chart{display:block;width:100%;height:auto;font-family:inherit}
    .chart .p{cursor:default}
    .listens .chart .p.hears{cursor:pointer}
    .chart .p:hover .c-f,.chart .p.chosen .c-f{fill-opacity:.6}
    .chart .p.chosen circle:last-child{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:2 2}
    .narrow{display:none}
    .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,34rem),1fr));gap:0 1.5rem}
    .scale{display:inline-flex;align-items:center;gap:.45rem;min-height:44px;margin-right:1.2rem}
    input[type=radio]{width:1.15rem;height:1.15rem;margin:0;accent-color:var(--accent)}
    .switch{border:0;padding:0;margin:0}
    main:has(#scale-log:checked) .linear,main:has(#scale-linear:checked) .log{display:none}
    @media (max-width:40rem){.wide{display:none}.narrow{display:block}.narrow .chart{min-width:0!important}}

    """

  private static var listening: String {
    """
    .choice{display:flex;flex-wrap:wrap;gap:.6rem 1.2rem;align-items:end;margin:.8rem 0}
    .choice label{display:block;flex:1 1 15rem;max-width:26rem;color:var(--muted);font-size:.92rem}
    select{display:block;width:100%;min-height:44px;font:inherit;color:var(--ink);background:var(--shade);\
    border:1px solid var(--line);border-radius:6px;padding:.3rem .5rem}
    .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));gap:1rem 1.6rem}
    .sound{margin:0;min-width:0}
    .sound figcaption{font-weight:600;margin-bottom:.3rem;overflow-wrap:anywhere;min-height:1.5em}
    .spectrogram{position:relative;margin:0 0 1.7rem 2.9rem;background:#000004;height:210px;cursor:pointer}
    .spectrogram img{display:block;width:100%;height:100%}
    .spectrogram .hz{position:absolute;right:100%;margin-right:.35rem;transform:translateY(-50%);font-size:.75rem;\
    color:var(--muted);white-space:nowrap}
    .spectrogram .time{position:absolute;top:100%;font-size:.75rem;color:var(--muted);padding-top:.15rem}
    .spectrogram .end{right:0}
    .playhead{position:absolute;top:0;bottom:0;width:2px;left:0;background:#fff;box-shadow:0 0 0 1px #0008;\
    pointer-events:none}
    audio{display:block;width:100%;min-height:44px}
    .facts{font-variant-numeric:tabular-nums;min-height:1.5em}
    .levels{max-width:24rem;margin:.8rem 0}
    .levels div{height:.8rem;border-radius:3px;background:\(ColourMap.magmaGradient)}
    .levels p{display:flex;justify-content:space-between;margin:.1rem 0;font-size:.8rem;color:var(--muted)}

    """
  }
}
