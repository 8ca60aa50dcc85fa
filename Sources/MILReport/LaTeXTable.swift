extension ReportTable {
  /// The table as a LaTeX `table` with the rules of the `booktabs` package, ending in a newline.
  ///
  /// It needs `\usepackage{booktabs}` and a UTF-8 document; notes are below the rules in footnote size.
  package var latex: String {
    func line(_ cells: [String]) -> String { "    " + cells.map(escapedForLaTeX).joined(separator: " & ") + " \\\\" }
    var lines = ["\\begin{table}", "  \\centering"]
    if !title.isEmpty { lines.append("  \\caption{\(escapedForLaTeX(title))}") }
    lines.append("  \\begin{tabular}{\(columns.map { $0.alignment == .left ? "l" : "r" }.joined())}")
    lines.append("    \\toprule")
    if hasGroups {
      let cells = spans.map { span in
        guard let group = span.group else { return "" }
        return "\\multicolumn{\(span.columns.count)}{c}{\(escapedForLaTeX(group))}"
      }
      lines.append("    " + cells.joined(separator: " & ") + " \\\\")
      let rules = spans.filter { $0.group != nil }.map { span in
        "\\cmidrule(lr){\(span.columns.lowerBound + 1)-\(span.columns.upperBound)}"
      }
      lines.append("    " + rules.joined(separator: " "))
    }
    lines.append(line(columns.map(\.header)))
    lines.append("    \\midrule")
    for (index, row) in rows.enumerated() {
      if row.beginsSection && index > 0 { lines.append("    \\midrule") }
      lines.append(line(row.cells))
    }
    lines += ["    \\bottomrule", "  \\end{tabular}"]
    if !notes.isEmpty {
      lines += ["", "  \\smallskip", "  \\begin{minipage}{\\linewidth}\\footnotesize"]
      lines.append("    " + notes.map(escapedForLaTeX).joined(separator: "\n\n    "))
      lines.append("  \\end{minipage}")
    }
    lines.append("\\end{table}")
    return lines.joined(separator: "\n") + "\n"
  }
}

private func escapedForLaTeX(_ text: String) -> String {
  var escaped = ""
  for character in oneLine(text) {
    switch character {
    case "&", "%", "$", "#", "_", "{", "}": escaped += "\\\(character)"
    case "\\": escaped += "\\textbackslash{}"
    case "~": escaped += "\\textasciitilde{}"
    case "^": escaped += "\\textasciicircum{}"
    case "<": escaped += "$<$"
    case ">": escaped += "$>$"
    case "±": escaped += "$\\pm$"
    case "×": escaped += "$\\times$"
    case "−": escaped += "$-$"
    case "–": escaped += "--"
    case "†": escaped += "$^\\dagger$"
    // At the start of a row, LaTeX would read these as an argument of the preceding line break.
    case "[", "]", "*": escaped += "{\(character)}"
    default: escaped.append(character)
    }
  }
  return escaped
}
