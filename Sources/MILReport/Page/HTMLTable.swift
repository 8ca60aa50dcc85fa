extension ReportTable {
  /// The table as HTML, with sortable headers, and its notes as a list.
  var html: String { PageTable(self).html }
}

/// A table on a page, with links in its cells.
struct PageTable: Sendable {
  /// The table.
  let table: ReportTable
  /// The header of the column that names the rows; nil if there is none.
  var rowHeader: String?
  /// The addresses to which cells link, one for each row, by the header of the column.
  var links: [String: [String?]] = [:]
  /// The id by which a script finds the table; nil if there is none.
  var id: String?

  init(_ table: ReportTable, rowHeader: String? = nil, links: [String: [String?]] = [:], id: String? = nil) {
    (self.table, self.rowHeader, self.links, self.id) = (table, rowHeader, links, id)
  }

  /// The table as HTML: a region that the keyboard can scroll, with sortable headers, and notes as a list.
  var html: String {
    let title = table.title.escapedForXML()
    let body = table.rows.enumerated().map { index, row in
      let cells = zip(table.columns, row.cells).map { cell($0, $1, row: index) }
      return "<tr\(row.beginsSection ? " class=\"s\"" : "")>\(cells.joined())</tr>"
    }
    let list = table.notes.map { "<li>\($0.escapedForXML())</li>" }.joined()
    return "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"\(title)\"><table"
      + (id.map { " id=\"\($0.escapedForXML())\"" } ?? "")
      + "><caption>\(title)</caption><thead>\(head)</thead>\n<tbody>"
      + body.joined(separator: "\n") + "</tbody></table></div>"
      + (table.notes.isEmpty ? "" : "<ul class=\"notes\">\(list)</ul>")
  }

  private var head: String {
    var head = ""
    if table.hasGroups {
      let cells = table.spans.map { span in
        span.group.map {
          "<th class=\"g\" colspan=\"\(span.columns.count)\" scope=\"colgroup\">\($0.escapedForXML())</th>"
        } ?? "<td colspan=\"\(span.columns.count)\"></td>"
      }
      head += "<tr>\(cells.joined())</tr>"
    }
    let headers = table.columns.enumerated().map { index, column in
      "<th\(classes(column)) scope=\"col\" data-sort=\"\(index)\">\(column.header.escapedForXML())</th>"
    }
    return head + "<tr>\(headers.joined())</tr>"
  }

  private func classes(_ column: ReportTable.Column) -> String { column.alignment == .right ? " class=\"r\"" : "" }

  private func cell(_ column: ReportTable.Column, _ text: String, row: Int) -> String {
    var content = text.escapedForXML()
    if let places = links[column.header], row < places.count, let place = places[row] {
      content = "<a href=\"\(place.escapedForXML())\">\(content)</a>"
    }
    return column.header == rowHeader
      ? "<th\(classes(column)) scope=\"row\">\(content)</th>" : "<td\(classes(column))>\(content)</td>"
  }

  /// Splits the table into as few parts of at most `bytes` bytes of HTML as halving allows; a row is never split.
  func parts(upTo bytes: Int) -> [PageTable] {
    let count = table.rows.count
    guard html.utf8.count > bytes, count > 1 else { return [self] }
    let middle = count / 2
    return part(0..<middle, isLast: false).parts(upTo: bytes) + part(middle..<count, isLast: true).parts(upTo: bytes)
  }

  private static let continued = ", continued"

  private func part(_ rows: Range<Int>, isLast: Bool) -> PageTable {
    var part = ReportTable(
      title: isLast && !table.title.hasSuffix(Self.continued) ? table.title + Self.continued : table.title,
      columns: table.columns)
    for row in table.rows[rows] { part.append(row) }
    if isLast { part.notes = table.notes }
    return PageTable(
      part, rowHeader: rowHeader, links: links.mapValues { Array($0.dropFirst(rows.lowerBound).prefix(rows.count)) },
      id: isLast ? nil : id)
  }
}
