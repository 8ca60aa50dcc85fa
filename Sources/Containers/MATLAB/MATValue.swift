/// A value in a MATLAB file.
package indirect enum MATValue: Sendable {
  /// Numbers or logical values.
  case numeric(MATNumeric)
  /// Characters.
  case text(MATText)
  /// A cell array: its dimensions, and its elements column after column.
  case cell(dimensions: [Int], elements: [MATValue])
  /// A struct array or an object.
  case structure(MATStructure)
  /// A sparse matrix.
  case sparse(MATSparse)
  /// A value of an unsupported class (function handles, opaque objects), with its description.
  case unsupported(String)

  /// The class and dimensions, for errors.
  package var summary: String {
    func sized(_ kind: String, _ dimensions: [Int]) -> String {
      kind + " " + dimensions.map(String.init).joined(separator: " x ")
    }
    return switch self {
    case .numeric(let value): sized(value.isComplex ? "complex" : "numeric", value.dimensions)
    case .text(let value): sized("char", value.dimensions)
    case .cell(let dimensions, _): sized("cell", dimensions)
    case .structure(let value): sized(value.className.map { "object of class \($0)" } ?? "struct", value.dimensions)
    case .sparse(let value): sized("sparse", [value.rows, value.columns])
    case .unsupported(let kind): kind
    }
  }
}

/// A struct array or an object of a MATLAB file.
package struct MATStructure: Sendable {
  /// The class of an object; nil for a struct.
  package let className: String?
  /// The dimensions of the array of structures.
  package let dimensions: [Int]
  /// The fields' names.
  package let fieldNames: [String]
  /// The values, all fields of the first structure first.
  package let values: [MATValue]

  /// The value of a field of the first structure; nil if there is none.
  package subscript(field: String) -> MATValue? {
    guard let index = fieldNames.firstIndex(of: field), index < values.count else { return nil }
    return values[index]
  }
}

/// A full array of numbers, column after column, in the type that the file stores.
package struct MATNumeric: Sendable {
  /// The sizes of the array's dimensions; at least two.
  package let dimensions: [Int]
  /// Whether the numbers are logical values.
  package let isLogical: Bool
  /// Whether the file has an imaginary part, which is discarded.
  package let isComplex: Bool
  package let storage: StoredNumbers

  /// The number of elements.
  package var count: Int { storage.count }
  /// The number of rows.
  package var rows: Int { dimensions[0] }
  /// The number of columns; further dimensions are flattened.
  package var columns: Int { rows == 0 ? 0 : count / rows }
  /// All elements, column after column.
  package var doubles: [Double] { storage.doubles }

  /// Returns all elements in single precision, row after row.
  package func rowMajorFloats() -> [Float] {
    storage.transposed(rows: rows, columns: columns)
  }
}

/// A sparse matrix in compressed columns.
package struct MATSparse: Sendable {
  /// The number of rows.
  package let rows: Int
  /// The number of columns.
  package let columns: Int
  /// The index of each column's first entry, then the number of entries: `columns + 1` ascending numbers.
  package let columnStarts: [Int]
  /// The row of each entry, from 0.
  package let rowOfEntry: [Int]
  /// The value of each entry.
  package let values: [Double]

  /// Creates a matrix; nil if its parts do not fit each other.
  package init?(checking rows: Int, columnStarts: [Int], rowOfEntry: [Int], values: [Double]) {
    let entries = columnStarts.last ?? 0
    guard rows >= 0, columnStarts.first == 0, zip(columnStarts, columnStarts.dropFirst()).allSatisfy({ $0 <= $1 }),
      entries <= values.count, entries <= rowOfEntry.count,
      rowOfEntry.prefix(entries).allSatisfy({ (0..<rows).contains($0) })
    else { return nil }
    (self.rows, columns, self.columnStarts) = (rows, columnStarts.count - 1, columnStarts)
    (self.rowOfEntry, self.values) = (rowOfEntry, values)
  }

  /// Returns the most elements, zeros included, that a matrix with so many entries may unfold to.
  ///
  /// The limit is four million elements or, if larger, 4096 for each entry. Bags of words reach 2000.
  package static func denseLimit(entries: Int) -> Int {
    max(1 << 22, entries.multipliedReportingOverflow(by: 4096).partialValue)
  }

  /// Returns all elements in single precision, row after row; nil if the size is implausible for so few entries.
  package func rowMajorFloats() -> [Float]? {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, count <= Self.denseLimit(entries: values.count) else { return nil }
    var result = [Float](repeating: 0, count: count)
    for column in 0..<columns {
      for entry in columnStarts[column]..<columnStarts[column + 1] {
        result[rowOfEntry[entry] * columns + column] = Float(values[entry])
      }
    }
    return result
  }
}

/// An array of characters, column after column.
package struct MATText: Sendable {
  /// The sizes of the array's dimensions; at least two.
  package let dimensions: [Int]
  /// The characters as UTF-16, one unit an element.
  package let units: [UInt16]

  /// Whether each row is valid text, without lone surrogates.
  package var isValid: Bool {
    guard let count = dimensions.first, count > 0 else { return true }
    return (0..<count).allSatisfy { row in
      String(validating: stride(from: row, to: units.count, by: count).map { units[$0] }, as: UTF16.self) != nil
    }
  }

  /// The rows as text, without the blanks that pad them to equal length.
  package var rows: [String] {
    guard !units.isEmpty else { return [] }
    let count = dimensions[0]
    let columns = units.count / count
    return (0..<count).map { row in
      var line = (0..<columns).map { units[$0 * count + row] }
      while let last = line.last, last == 0x20 || last == 0 { line.removeLast() }
      return String(decoding: line, as: UTF16.self)
    }
  }
}
