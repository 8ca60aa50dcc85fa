import UserInput

extension ReportTable {
  /// The table as aligned plain text, ending in a newline.
  package var terminal: String { aligned(textWidth: nil).plain }

  /// Returns the table as aligned plain text for a terminal: columns that have no room follow below the others.
  ///
  /// Each part begins with the columns that name its rows, at most three. A single column that has no room beside them
  /// is still printed whole.
  ///
  /// - Parameter columns: the terminal's width; nil for text of any width.
  package func terminal(within columns: Int?) -> String { styled(within: columns).plain }

  /// Returns the text of ``terminal(within:)`` in which the best cells and the notes have styles.
  package func styled(within columns: Int?) -> StyledText {
    guard let columns else { return aligned(textWidth: nil) }
    let parts = parts(within: columns)
    var text = StyledText()
    for (index, shown) in parts.enumerated() {
      var part = picking(shown)
      if index > 0 {
        part.title = ""
        text.append("\n")
      }
      if index == parts.count - 1 { part.notes = notes }
      text.append(part.aligned(textWidth: columns))
    }
    return text
  }

  /// Returns the columns of each part of a table that is printed in parts, from left to right.
  func parts(within width: Int) -> [[Int]] {
    let names = Array(0..<namingColumns)
    var parts: [[Int]] = [[]]
    for column in columns.indices {
      let wider = parts[parts.count - 1] + [column]
      if self.width(of: wider) <= width || column < names.count || wider == names + [column] {
        parts[parts.count - 1] = wider
      } else {
        parts.append(names + [column])
      }
    }
    return parts
  }

  /// The number of leading columns that name a row: the last of the first three with a letter in every cell ends them.
  private var namingColumns: Int {
    let leading = columns.indices.prefix(3)
    let last = leading.last { column in rows.allSatisfy { $0.cells[column].contains(where: \.isLetter) } }
    return rows.isEmpty ? 0 : last.map { $0 + 1 } ?? 1
  }

  private func width(of shown: [Int]) -> Int {
    picking(shown).columnWidths(gap: 2).reduce(2 * (shown.count - 1), +)
  }

  /// Returns the text; titles and notes have the width of the table, at least 80 columns, if none is given.
  private func aligned(textWidth: Int?) -> StyledText {
    let gap = "  "
    let widths = columnWidths(gap: gap.count)
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: gap)
    let textWidth = textWidth ?? max(rule.count, 80)
    var lines = title.isEmpty ? [] : (wrapped(oneLine(title), to: textWidth) + [""]).map { StyledText($0) }
    if hasGroups {
      let groups = spans.map { span in
        let width = widths[span.columns].reduce(gap.count * (span.columns.count - 1), +)
        let group = oneLine(span.group ?? "")
        let free = width - displayWidth(group)
        guard span.group != nil, free > 3 else { return group.padded(to: width) }
        let left = (free - 2) / 2
        return String(repeating: "-", count: left) + " \(group) " + String(repeating: "-", count: free - 2 - left)
      }
      lines.append(StyledText(withoutTrailingSpaces(groups.joined(separator: gap))))
    }
    lines.append(line(Row(columns.map(\.header)), widths, gap: gap.count))
    lines.append(StyledText(rule))
    for (index, row) in rows.enumerated() {
      if row.beginsSection && index > 0 { lines.append(StyledText()) }
      lines.append(line(row, widths, gap: gap.count))
    }
    if !notes.isEmpty { lines.append(StyledText()) }
    for note in notes { lines += wrapped(oneLine(note), to: textWidth).map { StyledText($0, .note) } }
    return .lines(lines)
  }

  /// Returns a row without blanks at its end; only the text of a cell has a style, not the blanks around it.
  private func line(_ row: Row, _ widths: [Int], gap: Int) -> StyledText {
    var line = StyledText()
    var blanks = 0
    for (index, cell) in row.cells.enumerated() {
      let text = oneLine(cell)
      let space = max(widths[index] - displayWidth(text), 0)
      let isRight = columns[index].alignment == .right
      if !text.isEmpty {
        line.append(String(repeating: " ", count: blanks + (isRight ? space : 0)))
        line.append(text, row.best.contains(index) ? .best : nil)
        blanks = 0
      }
      blanks += gap + (text.isEmpty || !isRight ? space : 0)
    }
    return line
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

/// Returns the lines of a text that is broken at blanks; a word that is longer than a line has a line of its own.
package func wrapped(_ text: String, to width: Int) -> [String] {
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
