/// All experiments on one page that needs no network: tables that can be sorted, figures with captions, notes.
public struct ReportPage: Sendable {
  /// What the page shows of one experiment.
  public struct Section: Sendable {
    /// The experiment's name, for example `dp-minn/classical`.
    public var name: String
    /// Its title.
    public var title: String
    /// Its tables, with their notes.
    public var tables: [Table]
    /// Its figures.
    public var figures: [Figure]
    /// Whether the figures stand before the tables.
    public var showsFiguresFirst = false

    /// A section from its parts.
    public init(name: String, title: String, tables: [Table], figures: [Figure]) {
      self.name = name
      self.title = title
      self.tables = tables
      self.figures = figures
    }
  }

  /// The page's heading.
  public var title: String
  /// The first paragraph.
  public var introduction: String
  /// The experiments.
  public var sections: [Section]

  /// A page from its parts.
  public init(title: String, introduction: String, sections: [Section]) {
    self.title = title
    self.introduction = introduction
    self.sections = sections
  }

  /// What every page begins with.
  public static let beginning = """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark"><title>
    """

  /// The page.
  public var html: String {
    return """
      \(Self.beginning)\(title.escapedForXML())</title>
      <style>\(Self.styleSheet)</style></head><body>
      <header><h1>\(title.escapedForXML())</h1><p>\(introduction.escapedForXML())</p>
      \(navigation)</header>
      <main>
      \(sections.map(html).joined(separator: "\n"))
      </main>
      <script>\(Self.script)</script>
      </body></html>

      """
  }

  /// Links to the sections, where there are several.
  private var navigation: String {
    guard sections.count > 1 else { return "" }
    let contents = sections.map { section in
      "<li><a href=\"#\(anchor(section))\">\(section.title.escapedForXML())</a> "
        + "<code>\(section.name.escapedForXML())</code></li>"
    }
    return "<nav aria-label=\"Experiments\"><ol>\(contents.joined())</ol></nav>"
  }

  private func anchor(_ section: Section) -> String { section.name.replacing("/", with: "-").escapedForXML() }

  private func html(_ section: Section) -> String {
    let figures = section.figures.map { figure in
      "<figure id=\"\(anchor(section))-\(figure.name.escapedForXML())\"><div class=\"wide\">\(figure.svg)</div>"
        + "<figcaption>\(figure.caption.escapedForXML())</figcaption></figure>"
    }
    let tables = section.tables.map(\.html)
    return "<section id=\"\(anchor(section))\"><h2>\(section.title.escapedForXML())</h2>"
      + "<p><code>\(section.name.escapedForXML())</code></p>\n"
      + (section.showsFiguresFirst ? figures + tables : tables + figures).joined(separator: "\n") + "</section>"
  }

  private static let styleSheet = """
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
    .r{text-align:right}tbody tr:nth-child(odd){background:var(--band)}tr.s td{border-top:2px solid var(--edge)}
    .g{text-align:center;border-bottom:1px solid var(--edge)}
    ul.notes,figcaption{color:var(--faint);font-size:.85rem;max-width:60rem}figure{margin:2rem 0}figcaption{margin-top:.5rem}
    @media print{body{max-width:none;font-size:10pt}table{font-size:7pt}th,td{padding:.1rem .25rem}\
    figure,tr{break-inside:avoid}.wide{overflow:visible}.wide svg{max-width:100%}a{color:inherit;text-decoration:none}nav{display:none}}
    """

  /// Sorting by a click or the enter key on a header; a third click brings back the order of the table.
  private static let script = """
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
    header.addEventListener('keydown',function(event){if(event.key==='Enter')sort()})});
    """
}
