/// A table as text: the one type of every table that this project prints.
///
/// A renderer converts it to terminal text, Markdown, CSV or LaTeX. The cells are plain text; the renderer escapes
/// them. Rendering is a pure function: the same table results in the same bytes.
public struct ReportTable: Sendable, Equatable {
  /// The alignment of a column's text.
  public enum Alignment: Sendable {
    /// Left, for words.
    case left
    /// Right, for numbers.
    case right
  }

  /// A column's header and alignment.
  package struct Column: Sendable, Equatable {
    /// The header's text.
    package var header: String
    /// The alignment of the header and the cells.
    package var alignment: Alignment
    /// The common heading of this and neighbouring columns of the same group; nil for a column without a group.
    package var group: String?
    /// Whether the short form of the table omits the column.
    package var isDetail = false

    /// Creates a column from its parts.
    package init(_ header: String, _ alignment: Alignment = .left, group: String? = nil) {
      self.header = header
      self.alignment = alignment
      self.group = group
    }
  }

  /// One line of cells.
  package struct Row: Sendable, Equatable {
    /// The cells, one for each column.
    package var cells: [String]
    /// Whether the row begins a section, which is separated from the rows above.
    package var beginsSection: Bool
    /// The places of cells with the best figure, which a terminal with colours emphasises.
    package var best: Set<Int>

    /// Creates a row from its parts.
    package init(_ cells: [String], beginsSection: Bool = false, best: Set<Int> = []) {
      self.cells = cells
      self.beginsSection = beginsSection
      self.best = best
    }

    /// Returns the row with some of its columns, in the given order.
    func picking(_ columns: [Int]) -> Row {
      Row(
        columns.map { cells[$0] }, beginsSection: beginsSection,
        best: Set(columns.indices.filter { best.contains(columns[$0]) }))
    }
  }

  /// The title or caption.
  package var title: String
  /// The columns.
  package private(set) var columns: [Column]
  /// The rows.
  package private(set) var rows: [Row] = []
  /// Remarks printed below the table, one paragraph each.
  package var notes: [String] = []

  /// Creates a table without rows.
  package init(title: String, columns: [Column]) {
    self.title = title
    self.columns = columns
  }

  /// Creates the table with the rows of several tables for programs, a column for each header; nil without tables.
  ///
  /// Columns are in the order of their first table, and cells that a table lacks are empty.
  package init?(joining tables: [ReportTable]) {
    guard let first = tables.first else { return nil }
    self = first
    for table in tables.dropFirst() {
      for column in table.columns where !columns.contains(where: { $0.header == column.header }) {
        columns.append(column)
      }
    }
    rows = []
    for table in tables {
      let places = columns.map { column in table.columns.firstIndex { $0.header == column.header } }
      for row in table.rows {
        append(Row(places.map { $0.map { row.cells[$0] } ?? "" }, beginsSection: row.beginsSection))
      }
    }
  }

  /// Adds a row; missing cells are empty and surplus ones are dropped.
  package mutating func append(_ row: Row) {
    let missing = max(columns.count - row.cells.count, 0)
    let cells = row.cells.prefix(columns.count) + Array(repeating: "", count: missing)
    rows.append(Row(Array(cells), beginsSection: row.beginsSection, best: row.best))
  }

  /// The runs of neighbouring columns with one group, or single columns without one, from left to right.
  var spans: [(group: String?, columns: Range<Int>)] {
    var spans: [(group: String?, columns: Range<Int>)] = []
    for (index, column) in columns.enumerated() {
      if let last = spans.last, let group = column.group, last.group == group {
        spans[spans.count - 1].columns = last.columns.lowerBound..<index + 1
      } else {
        spans.append((column.group, index..<index + 1))
      }
    }
    return spans
  }

  /// The short form, without detail columns and notes.
  ///
  /// It also omits columns that have the same text in place of a figure in all rows.
  package var short: ReportTable {
    let shown = columns.indices.filter { index in
      let cells = rows.map { $0.cells[index] }
      let isAbsent = CellText.absences.contains { absence in cells.allSatisfy { $0 == absence } }
      return rows.isEmpty || !(columns[index].isDetail || isAbsent)
    }
    return picking(shown)
  }

  /// Returns the table with some of its columns, in the given order, without notes.
  func picking(_ shown: [Int]) -> ReportTable {
    var result = ReportTable(title: title, columns: shown.map { columns[$0] })
    for row in rows { result.append(row.picking(shown)) }
    return result
  }

  /// Whether any column belongs to a group.
  var hasGroups: Bool { columns.contains { $0.group != nil } }

  /// The headers for a single header line: each group precedes its headers.
  var flatHeaders: [String] {
    columns.map { column in column.group.map { "\($0): \(column.header)" } ?? column.header }
  }
}
