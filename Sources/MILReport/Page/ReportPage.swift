/// Sections on one page that needs no network: sortable tables, figures with captions, notes.
package struct ReportPage: Sendable {
  /// The content of the page about one subject, such as a bag or a data set.
  package struct Section: Sendable {
    /// The experiment's name, for example `dp-minn/classical`.
    package var name: String
    /// The title.
    package var title: String
    /// The tables, with their notes.
    package var tables: [ReportTable]
    /// The figures.
    package var figures: [ReportFigure]
    /// Whether the figures come before the tables.
    package var showsFiguresFirst = false

    /// Creates a section from its parts.
    package init(name: String, title: String, tables: [ReportTable], figures: [ReportFigure]) {
      self.name = name
      self.title = title
      self.tables = tables
      self.figures = figures
    }
  }

  /// The page's heading.
  package var title: String
  /// The first paragraph.
  package var introduction: String
  /// The sections.
  package var sections: [Section]

  /// Creates a page from its parts.
  package init(title: String, introduction: String, sections: [Section]) {
    self.title = title
    self.introduction = introduction
    self.sections = sections
  }

  /// The beginning of every page.
  package static let beginning = """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark"><title>
    """

  /// The page as HTML.
  package var html: String {
    return """
      \(Self.beginning)\(title.escapedForXML())</title>
      <style>\(PageStyle.styleSheet)</style></head><body>
      <header><h1>\(title.escapedForXML())</h1><p>\(introduction.escapedForXML())</p>
      \(navigation)</header>
      <main>
      \(sections.map(html).joined(separator: "\n"))
      </main>
      <script>\(PageStyle.sortScript)</script>
      </body></html>

      """
  }

  /// The links to the sections, if there are several.
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
}
