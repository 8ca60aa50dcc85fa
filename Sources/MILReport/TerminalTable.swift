import UserInput

extension ReportTable {
  /// The table as aligned plain text, ending in a newline.
  package var terminal: String {
    let gap = "  "
    let widths = columnWidths(gap: gap.count)
    func line(_ cells: [String]) -> String {
      zip(zip(cells, columns), widths)
        .map { pair, width in pair.0.padded(to: width, pair.1.alignment) }
        .joined(separator: gap)
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: gap)
    var lines: [String] = title.isEmpty ? [] : wrapped(oneLine(title), to: max(rule.count, 80)) + [""]
    if hasGroups {
      let groups = spans.map { span in
        let width = widths[span.columns].reduce(gap.count * (span.columns.count - 1), +)
        let group = oneLine(span.group ?? "")
        let free = width - displayWidth(group)
        guard span.group != nil, free > 3 else { return group.padded(to: width) }
        let left = (free - 2) / 2
        return String(repeating: "-", count: left) + " \(group) " + String(repeating: "-", count: free - 2 - left)
      }
      lines.append(groups.joined(separator: gap))
    }
    lines.append(line(columns.map { oneLine($0.header) }))
    lines.append(rule)
    for (index, row) in rows.enumerated() {
      if row.beginsSection && index > 0 { lines.append("") }
      lines.append(line(row.cells.map(oneLine)))
    }
    if !notes.isEmpty { lines.append("") }
    for note in notes { lines += wrapped(oneLine(note), to: max(rule.count, 80)) }
    return lines.map(withoutTrailingSpaces).joined(separator: "\n") + "\n"
  }

  /// Returns the widest text of each column; the last column of a group grows until the group's heading fits.
  private func columnWidths(gap: Int) -> [Int] {
    var widths = columns.indices.map { column in
      ([columns[column].header] + rows.map { $0.cells[column] }).map { displayWidth(oneLine($0)) }.max() ?? 0
    }
    for span in spans {
      guard let group = span.group, let last = span.columns.last else { continue }
      let width = widths[span.columns].reduce(gap * (span.columns.count - 1), +)
      widths[last] += max(displayWidth(oneLine(group)) - width, 0)
    }
    return widths
  }
}

extension String {
  /// Returns the text, padded with blanks to a number of terminal columns.
  package func padded(to width: Int, _ alignment: ReportTable.Alignment = .left) -> String {
    let space = String(repeating: " ", count: max(width - displayWidth(self), 0))
    return alignment == .left ? self + space : space + self
  }
}

/// Returns the number of terminal columns of `text`: East Asian and emoji characters take two, combining marks none.
func displayWidth(_ text: String) -> Int {
  text.reduce(0) { sum, character in
    guard let scalar = character.unicodeScalars.first else { return sum }
    let isWide =
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        true
      default: false
      }
    return sum + (isWide ? 2 : 1)
  }
}

/// Returns the text with each run of white space, including newlines, as one space, and control characters visible.
func oneLine(_ text: String) -> String {
  text.printable.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

private func wrapped(_ text: String, to width: Int) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, displayWidth(last) + 1 + displayWidth(String(word)) <= width {
      lines[lines.count - 1] += " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}

private func withoutTrailingSpaces(_ line: String) -> String {
  guard let end = line.lastIndex(where: { $0 != " " }) else { return "" }
  return String(line[...end])
}
