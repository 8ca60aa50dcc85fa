extension ReportTable {
  /// The table in GitHub's Markdown, ending in a newline; column groups precede the headers.
  package var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    var lines: [String] = title.isEmpty ? [] : ["**\(title.escapedForMarkdown)**", ""]
    lines.append(line(flatHeaders.map(\.escapedForMarkdown)))
    lines.append("|" + columns.map { $0.alignment == .left ? ":---|" : "---:|" }.joined())
    lines += rows.map { line($0.cells.map(\.escapedForMarkdown)) }
    if !notes.isEmpty { lines.append("") }
    lines += notes.map { "- " + $0.escapedForMarkdown }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  /// The text on one line, with Markdown's markup characters escaped.
  package var escapedForMarkdown: String {
    var escaped = ""
    for character in oneLine(self) {
      if "\\|*_`<>[]~".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }
}
