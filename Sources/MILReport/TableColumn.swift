import MILRecords

/// A column of a table, declared once for readers and for programs: its names and its content.
///
/// Terminal, Markdown, LaTeX and the page print the columns with a title, CSV those with a key.
public struct TableColumn<Row>: Sendable {
  /// The header for readers; nil for a column for programs only.
  private(set) var header: ReportTable.Column?
  /// The key in files for programs; nil for a column for readers only.
  let key: String?
  private let alignment: ReportTable.Alignment
  let text: @Sendable (Row) -> String
  let exact: @Sendable (Row) -> String

  /// Returns a column of texts.
  ///
  /// - Parameters:
  ///   - title: the header for readers; nil for programs only.
  ///   - key: the key for programs; nil for readers only.
  ///   - group: the heading that it shares with its neighbours.
  ///   - alignment: the alignment of its texts.
  ///   - exact: returns the text for programs; nil for the same text as for readers.
  ///   - text: returns the text for readers.
  public static func text(
    _ title: String?, key: String? = nil, group: String? = nil, _ alignment: ReportTable.Alignment = .left,
    exact: (@Sendable (Row) -> String)? = nil, text: @escaping @Sendable (Row) -> String
  ) -> TableColumn {
    TableColumn(
      header: title.map { ReportTable.Column($0, alignment, group: group) }, key: key, alignment: alignment, text: text,
      exact: exact ?? text)
  }

  /// Returns a column of numbers, rounded for readers and in full precision for programs.
  ///
  /// - Parameters:
  ///   - title: the header for readers; nil for programs only.
  ///   - key: the key for programs; nil for readers only.
  ///   - group: the heading that it shares with its neighbours.
  ///   - style: the format for readers.
  ///   - absent: the text for readers in a row without a number; programs see an empty cell.
  ///   - value: returns the number of a row.
  public static func number(
    _ title: String?, key: String? = nil, group: String? = nil, _ style: NumberStyle = .share, absent: String = "–",
    value: @escaping @Sendable (Row) -> Double?
  ) -> TableColumn {
    text(title, key: key, group: group, .right, exact: { style.exact(value($0)) }) { row in
      value(row).map { NumberText.text($0, style) } ?? absent
    }
  }

  /// Returns a column of counts.
  ///
  /// - Parameters:
  ///   - title: the header for readers; nil for programs only.
  ///   - key: the key for programs; nil for readers only.
  ///   - group: the heading that it shares with its neighbours.
  ///   - value: returns the number of a row.
  package static func count(
    _ title: String?, key: String? = nil, group: String? = nil, value: @escaping @Sendable (Row) -> Int?
  ) -> TableColumn {
    number(title, key: key, group: group, .count) { value($0).map(Double.init) }
  }

  /// The same column as a detail, which the short form of the table omits.
  package var asDetail: TableColumn {
    var result = self
    result.header?.isDetail = true
    return result
  }

  /// The same column for programs only.
  package var forPrograms: TableColumn {
    var result = self
    result.header = nil
    return result
  }

  fileprivate var headerForPrograms: ReportTable.Column { ReportTable.Column(key ?? "", alignment) }
}

extension ReportTable {
  /// Creates a table for readers; omits columns for programs only.
  ///
  /// - Parameters:
  ///   - title: the title or caption.
  ///   - columns: the columns.
  ///   - rows: the rows.
  ///   - section: returns the key that the rows of a section share; nil for a table without sections.
  ///   - marksFirst: whether the first row begins a section.
  ///   - notes: remarks below the table.
  public init<Row>(
    _ title: String, _ columns: [TableColumn<Row>], rows: [Row], section: ((Row) -> String)? = nil,
    marksFirst: Bool = true,
    notes: [String] = []
  ) {
    let shown = columns.filter { $0.header != nil }
    self.init(title: title, columns: shown.compactMap(\.header))
    self.notes = notes
    var last: String?
    for row in rows {
      let own = section?(row)
      append(ReportTable.Row(shown.map { $0.text(row) }, beginsSection: own != last && (marksFirst || last != nil)))
      last = own
    }
  }

  /// Creates a table for programs, with the keys as headers; omits columns for readers only.
  ///
  /// - Parameters:
  ///   - title: the title.
  ///   - columns: the columns.
  ///   - rows: the rows.
  public init<Row>(forPrograms title: String, _ columns: [TableColumn<Row>], rows: [Row]) {
    let shown = columns.filter { $0.key != nil }
    self.init(title: title, columns: shown.map(\.headerForPrograms))
    for row in rows { append(ReportTable.Row(shown.map { $0.exact(row) })) }
  }
}
