/// The common parts of all pages of a site: head, skip link, navigation, style and scripts.
struct PageFrame {
  /// The page's path below the folder of results, for example `datasets/musk1.html`.
  let path: String
  /// The page's heading.
  let title: String
  /// The scripts in addition to the one that sorts tables.
  var scripts: [String] = []

  /// The beginning of every page of a site, by which the page is recognised.
  static let beginning = """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><meta name="generator" content="milbench report">
    """

  /// The relative path from the page to the folder of results.
  var root: String { Self.root(of: path) }

  static func root(of path: String) -> String {
    String(repeating: "../", count: path.count { $0 == "/" })
  }

  /// Returns the complete page around the content of its main part.
  func html(_ content: [String]) -> String {
    let heading = title.escapedForXML()
    let places =
      path == Site.indexPath ? "" : "<nav aria-label=\"Site\"><a href=\"\(root)index.html\">All results</a></nav>"
    return """
      \(Self.beginning)
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark"><title>\(heading)</title>
      <style>\(PageStyle.styleSheet)</style></head><body>
      <a class="skip" href="#content">Skip to the content</a>
      <header>\(places)<h1>\(heading)</h1></header>
      <main id="content">
      \(content.joined(separator: "\n"))
      </main>
      \(([PageStyle.sortScript] + scripts).map { "<script>\($0)</script>" }.joined(separator: "\n"))
      </body></html>

      """
  }
}

/// A block of a page's main part.
enum PageBlock {
  /// Finished HTML.
  case html(String)
  /// A table, which may continue on further pages.
  case table(PageTable)

  /// Returns a paragraph.
  static func paragraph(_ text: String, isLead: Bool = false) -> PageBlock {
    .html("<p\(isLead ? " class=\"lead\"" : "")>\(text.escapedForXML())</p>")
  }

  /// Returns a heading of the second level.
  static func heading(_ text: String) -> PageBlock { .html("<h2>\(text.escapedForXML())</h2>") }

  /// Returns a list of links with their addresses; empty if there are none.
  static func links(_ links: [(text: String, address: String)], label: String) -> PageBlock {
    let items = links.map { "<li><a href=\"\($0.address.escapedForXML())\">\($0.text.escapedForXML())</a></li>" }
    return .html(
      links.isEmpty
        ? "" : "<nav aria-label=\"\(label.escapedForXML())\"><ul class=\"links\">\(items.joined())</ul></nav>")
  }

  /// Divides the blocks into as many pages as needed for each to stay below the size limit of a site's pages.
  static func pages(_ blocks: [PageBlock]) -> [[String]] {
    var pages: [[String]] = [[]]
    var size = 0
    for block in blocks {
      let pieces: [String]
      switch block {
      case .html(let text): pieces = [text]
      case .table(let table): pieces = table.parts(upTo: Site.pageBudget / 2).map(\.html)
      }
      for piece in pieces {
        if size + piece.utf8.count > Site.pageBudget, size > 0 {
          pages.append([])
          size = 0
        }
        pages[pages.count - 1].append(piece)
        size += piece.utf8.count
      }
    }
    return pages
  }
}
