import MILBags
import UserInput

/// A full or sparse matrix of real numbers among the variables of a MAT-file.
package struct MATMatrix {
  /// The variable's name.
  package let name: String
  /// The number of rows.
  package let rows: Int
  /// The number of columns.
  package let columns: Int
  private let value: MATValue

  /// Creates a matrix from a value; nil if the value is anything but a matrix of real numbers.
  package init?(name: String, _ value: MATValue) {
    switch value {
    case .numeric(let numbers) where !numbers.isComplex:
      (rows, columns) = (numbers.rows, numbers.columns)
    case .sparse(let numbers):
      (rows, columns) = (numbers.rows, numbers.columns)
    default: return nil
    }
    self.name = name
    self.value = value
  }

  /// The number of elements, at most `Int.max`.
  package var count: Int {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    return overflow ? .max : count
  }

  /// The number of stored elements: all of them, or the entries of a sparse matrix.
  package var entryCount: Int {
    if case .sparse(let numbers) = value { return numbers.values.count }
    return count
  }

  /// Whether it is one row or one column, with at least one number.
  package var isVector: Bool { (rows == 1 || columns == 1) && count > 0 }

  /// Its class and size, for errors.
  package var summary: String { value.summary }

  /// Returns all elements in single precision, row after row; nil for a sparse matrix too large for its few entries.
  package func rowMajorFloats() -> [Float]? {
    switch value {
    case .numeric(let numbers): numbers.rowMajorFloats()
    case .sparse(let numbers): numbers.rowMajorFloats()
    default: nil
    }
  }

  /// Adds the loss of its columns in single precision to `loss`.
  package func note(in loss: inout RoundingLoss) {
    switch value {
    case .numeric(let numbers): loss.note(numbers.storage, isColumnMajor: true)
    case .sparse(let numbers): loss.note(numbers)
    default: break
    }
  }

  /// Returns the number at a row and a column if single precision cannot hold it; otherwise nil.
  package func overflow(row: Int, column: Int) -> Double? {
    guard let all = doubles(), all.indices.contains(column * rows + row) else { return nil }
    let number = all[column * rows + row]
    return number.isFinite && !Float(number).isFinite ? number : nil
  }

  /// Returns all elements, column after column; nil for a sparse matrix too large for its few entries.
  package func doubles() -> [Double]? {
    switch value {
    case .numeric(let numbers): return numbers.doubles
    case .sparse(let numbers):
      guard count <= MATSparse.denseLimit(entries: numbers.values.count) else { return nil }
      var result = [Double](repeating: 0, count: count)
      for column in 0..<columns {
        for entry in numbers.columnStarts[column]..<numbers.columnStarts[column + 1] {
          result[column * rows + numbers.rowOfEntry[entry]] = numbers.values[entry]
        }
      }
      return result
    default: return nil
    }
  }

  /// Returns the matrix as a list of numbers.
  package func list(file: String) throws -> FilePart<[Double]> {
    FilePart(file: file, field: "variable \(name)", content: try unpacked(doubles(), file: file))
  }

  private func unpacked<List>(_ list: List?, file: String) throws -> List {
    guard let list else {
      throw ReadError(
        file: file, at: .field("variable \(name)"), found: "\(summary) with hardly any entries",
        expected: "a size that its entries bear out")
    }
    return list
  }
}

extension MATFile {
  /// The variables; if the file holds only one structure, the fields of that structure.
  package var topVariables: [(name: String, value: MATValue)] {
    guard variables.count == 1, case .structure(let only) = variables[0].value, only.dimensions.allSatisfy({ $0 == 1 })
    else { return variables }
    return Array(zip(only.fieldNames, only.values)).map { (name: $0.0, value: $0.1) }
  }

  /// All matrices of real numbers.
  package var matrices: [MATMatrix] { topVariables.compactMap { MATMatrix(name: $0.name, $0.value) } }
}
