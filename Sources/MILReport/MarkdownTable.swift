extension Table {
  /// The table in GitHub's Markdown, ending in a newline; column groups stand in front of the headers.
  public var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    var lines: [String] = title.isEmpty ? [] : ["**\(escapedForMarkdown(title))**", ""]
    lines.append(line(flatHeaders.map(escapedForMarkdown)))
    lines.append("|" + columns.map { $0.alignment == .left ? ":---|" : "---:|" }.joined())
    lines += rows.map { line($0.cells.map(escapedForMarkdown)) }
    if !notes.isEmpty { lines.append("") }
    lines += notes.map { "- " + escapedForMarkdown($0) }
    return lines.joined(separator: "\n") + "\n"
  }
}

private func escapedForMarkdown(_ text: String) -> String {
  var escaped = ""
  for character in oneLine(text) {
    if "\\|*_`<>[]~".contains(character) { escaped.append("\\") }
    escaped.append(character)
  }
  return escaped
}
