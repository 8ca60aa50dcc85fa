import MILRecords

/// A column of a table, declared once: what readers and programs call it, and what stands in it for either.
///
/// Terminal, Markdown, LaTeX and the page print the columns with a title, CSV those with a key.
public struct TableColumn<Row>: Sendable {
  /// Its header for readers; nil for a column for programs alone.
  private(set) var header: Table.Column?
  /// Its key in files for programs; nil for a column for readers alone.
  let key: String?
  private let alignment: Table.Alignment
  let text: @Sendable (Row) -> String
  let exact: @Sendable (Row) -> String

  /// A column of texts.
  ///
  /// - Parameters:
  ///   - title: what readers call it; nil for programs alone.
  ///   - key: what programs call it; nil for readers alone.
  ///   - group: the heading that it shares with its neighbours.
  ///   - alignment: where its texts stand.
  ///   - exact: what stands in it for programs; nil if that is the text for readers.
  ///   - text: what stands in it for readers.
  public static func text(
    _ title: String?, key: String? = nil, group: String? = nil, _ alignment: Table.Alignment = .left,
    exact: (@Sendable (Row) -> String)? = nil, text: @escaping @Sendable (Row) -> String
  ) -> TableColumn {
    TableColumn(
      header: title.map { Table.Column($0, alignment, group: group) }, key: key, alignment: alignment, text: text,
      exact: exact ?? text)
  }

  /// A column of numbers, rounded for readers and in full for programs.
  ///
  /// - Parameters:
  ///   - title: what readers call it; nil for programs alone.
  ///   - key: what programs call it; nil for readers alone.
  ///   - group: the heading that it shares with its neighbours.
  ///   - style: how it is printed for readers.
  ///   - absent: what readers see in a row without a number; programs see nothing.
  ///   - value: the number of a row.
  public static func number(
    _ title: String?, key: String? = nil, group: String? = nil, _ style: NumberStyle = .share, absent: String = "–",
    value: @escaping @Sendable (Row) -> Double?
  ) -> TableColumn {
    text(title, key: key, group: group, .right, exact: { style.exact(value($0)) }) { row in
      value(row).map { NumberText.text($0, style) } ?? absent
    }
  }

  /// A column of counts.
  ///
  /// - Parameters:
  ///   - title: what readers call it; nil for programs alone.
  ///   - key: what programs call it; nil for readers alone.
  ///   - group: the heading that it shares with its neighbours.
  ///   - value: the number of a row.
  public static func count(
    _ title: String?, key: String? = nil, group: String? = nil, value: @escaping @Sendable (Row) -> Int?
  ) -> TableColumn {
    number(title, key: key, group: group, .count) { value($0).map(Double.init) }
  }

  /// The same column, left out where there is little room.
  package var asDetail: TableColumn {
    var result = self
    result.header?.isDetail = true
    return result
  }

  fileprivate var headerForPrograms: Table.Column { Table.Column(key ?? "", alignment) }
}

extension Table {
  /// A table for readers; columns for programs alone are left out.
  ///
  /// - Parameters:
  ///   - title: the title or caption.
  ///   - columns: the columns.
  ///   - rows: the rows.
  ///   - section: what the rows of a section have in common; nil for a table without sections.
  ///   - marksFirst: whether the first row begins a section.
  ///   - notes: remarks printed below the table.
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
      append(Table.Row(shown.map { $0.text(row) }, beginsSection: own != last && (marksFirst || last != nil)))
      last = own
    }
  }

  /// A table for programs, its headers the keys; columns for readers alone are left out.
  ///
  /// - Parameters:
  ///   - title: the title.
  ///   - columns: the columns.
  ///   - rows: the rows.
  public init<Row>(forPrograms title: String, _ columns: [TableColumn<Row>], rows: [Row]) {
    let shown = columns.filter { $0.key != nil }
    self.init(title: title, columns: shown.map(\.headerForPrograms))
    for row in rows { append(Table.Row(shown.map { $0.exact(row) })) }
  }
}
