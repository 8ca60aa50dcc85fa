extension Table {
  /// The table as HTML, with headers to sort by, and its notes as a list.
  var html: String {
    func classes(_ column: Column) -> String { column.alignment == .right ? " class=\"r\"" : "" }
    var head = ""
    if hasGroups {
      let cells = spans.map { span in
        span.group.map {
          "<th class=\"g\" colspan=\"\(span.columns.count)\" scope=\"colgroup\">\($0.escapedForXML())</th>"
        } ?? "<td colspan=\"\(span.columns.count)\"></td>"
      }
      head += "<tr>\(cells.joined())</tr>"
    }
    let headers = columns.enumerated().map { index, column in
      "<th\(classes(column)) scope=\"col\" data-sort=\"\(index)\">\(column.header.escapedForXML())</th>"
    }
    head += "<tr>\(headers.joined())</tr>"
    let body = rows.map { row in
      let cells = zip(columns, row.cells).map { "<td\(classes($0))>\($1.escapedForXML())</td>" }
      return "<tr\(row.beginsSection ? " class=\"s\"" : "")>\(cells.joined())</tr>"
    }
    let list = notes.map { "<li>\($0.escapedForXML())</li>" }.joined()
    return "<div class=\"wide\"><table><caption>\(title.escapedForXML())</caption><thead>\(head)</thead>\n<tbody>"
      + body.joined(separator: "\n") + "</tbody></table></div>"
      + (notes.isEmpty ? "" : "<ul class=\"notes\">\(list)</ul>")
  }
}
