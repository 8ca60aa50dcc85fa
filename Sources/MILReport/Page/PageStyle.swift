/// The style of all pages and the sorting of their tables; both are in the page, which needs no network.
enum PageStyle {
  /// The light and dark colours, and the layout of tables, figures and notes, on screens of any width and in print.
  static let styleSheet = """
    :root{--ink:#1b1b1b;--faint:#5c5c5c;--paper:#fff;--band:#f2f2f2;--edge:#c8c8c8;--link:#005a92}
    @media screen and (prefers-color-scheme:dark){:root{--ink:#ececec;--faint:#a8a8a8;--paper:#161616;--band:#262626;\
    --edge:#4a4a4a;--link:#7cc4f0}}
    body{margin:0 auto;max-width:76rem;padding:1rem 1.25rem 4rem;background:var(--paper);color:var(--ink);\
    font:16px/1.5 Helvetica,Arial,"Liberation Sans","DejaVu Sans",sans-serif}
    a{color:var(--link)}h1{line-height:1.2}h2{margin-top:3rem;border-top:2px solid var(--edge);padding-top:1rem}
    .wide{overflow-x:auto}.wide svg{display:block;max-width:none;height:auto}
    table{border-collapse:collapse;font-size:.82rem;font-variant-numeric:tabular-nums}
    caption{text-align:left;font-weight:bold;padding:.5rem 0}
    th,td{padding:.2rem .55rem;text-align:left;vertical-align:top;white-space:nowrap}
    th{border-bottom:1px solid var(--edge)}th[data-sort]{cursor:pointer}th[data-sort]:focus-visible{outline:2px solid var(--link)}
    th[aria-sort=ascending]::after{content:" \\2191"}th[aria-sort=descending]::after{content:" \\2193"}
    .r{text-align:right}tbody tr:nth-child(odd){background:var(--band)}tr.s td,tr.s th{border-top:2px solid var(--edge)}
    .g{text-align:center;border-bottom:1px solid var(--edge)}
    ul.notes,figcaption{color:var(--faint);font-size:.85rem;max-width:60rem}figure{margin:2rem 0}figcaption{margin-top:.5rem}
    tbody th{border:0;font-weight:normal;white-space:normal;min-width:6rem;max-width:22rem;overflow-wrap:anywhere}.wide:focus-visible{outline:2px solid var(--link)}
    .skip{position:absolute;left:-99rem}.skip:focus{position:static}.lead{font-size:1.1rem;max-width:60rem}
    img{display:block;max-width:none;height:auto}.chart img{width:100%;max-width:34rem}code{overflow-wrap:anywhere}ul.links{columns:17rem;padding-left:1.2rem}
    .filters{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;margin:.75rem 0;align-items:end}.filters[hidden]{display:none}
    .filters label{display:grid;font-size:.85rem}select{font:inherit;max-width:18rem;color:inherit;background:var(--band)}
    @media(max-width:40rem){body{padding:.75rem .75rem 3rem}h1{font-size:1.5rem}h2{margin-top:2rem}}
    @media print{body{max-width:none;font-size:10pt}table{font-size:7pt}th,td{padding:.1rem .25rem}\
    figure,tr{break-inside:avoid}.wide{overflow:visible}.wide svg,.wide img{max-width:100%}a{color:inherit;text-decoration:none}nav,.filters,.skip{display:none}}
    """

  /// The script that sorts by a click or the enter key on a header; a third click restores the order of the table.
  static let sortScript = """
    document.querySelectorAll('th[data-sort]').forEach(function(header){
    header.tabIndex=0;
    function value(row){var text=row.cells[header.dataset.sort].textContent.replace('\\u2212','-');\
    var number=parseFloat(text);return isNaN(number)?text:number}
    function sort(){
    var table=header.closest('table'),body=table.tBodies[0],rows=Array.from(body.rows);
    rows.forEach(function(row,index){if(row.dataset.place===undefined)row.dataset.place=index});
    var next={none:'ascending',ascending:'descending',descending:'none'}[header.getAttribute('aria-sort')||'none'];
    table.querySelectorAll('th').forEach(function(other){other.removeAttribute('aria-sort')});
    if(next!=='none')header.setAttribute('aria-sort',next);
    rows.sort(function(a,b){
    if(next==='none')return a.dataset.place-b.dataset.place;
    var x=value(a),y=value(b),order=typeof x===typeof y?(x<y?-1:x>y?1:0):(typeof x==='number'?-1:1);
    return next==='ascending'?order:-order});
    rows.forEach(function(row){body.appendChild(row)})}
    header.addEventListener('click',sort);
    header.addEventListener('keydown',function(event){if(event.key==='Enter'||event.key===' '){event.preventDefault();sort()}})});
    """
}
