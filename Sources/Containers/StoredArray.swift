import MILBags
import UserInput

/// An array of a NumPy file or a variable of a MAT-file: numbers or text with one to many dimensions.
package struct StoredArray {
  /// The array's name in the file.
  package let name: String
  /// The file, for errors.
  package let file: String
  /// The place in the file, for errors.
  package let field: String
  /// The sizes of its dimensions.
  package let shape: [Int]
  private let content: Content

  private enum Content {
    case numPy(NumPyArray)
    case numeric(MATNumeric)
    case sparse(MATMatrix, MATSparse)
    case text([String])
    case other(String)
  }

  /// Creates an array from one of a NumPy file.
  package init(_ array: NumPyArray, name: String) {
    (self.name, file, field, shape) = (name, array.file, array.field, array.shape)
    content = .numPy(array)
  }

  /// Creates an array from a variable of a MAT-file.
  package init(_ value: MATValue, name: String, file: String) {
    (self.name, self.file, field) = (name, file, "variable \(name.onOneLine(limit: 80))")
    switch value {
    case .numeric(let numbers) where !numbers.isComplex: (shape, content) = (numbers.dimensions, .numeric(numbers))
    case .sparse(let numbers):
      shape = [numbers.rows, numbers.columns]
      content = MATMatrix(name: name, value).map { .sparse($0, numbers) } ?? .other(value.summary)
    case .text(let text):
      let rows = text.rows
      (shape, content) = ([rows.count], .text(rows))
    case .cell(_, let elements):
      let texts = elements.compactMap { element -> String? in
        // An empty text is stored as one without rows.
        if case .text(let text) = element, text.rows.count <= 1 { text.rows.first ?? "" } else { nil }
      }
      let isText = texts.count == elements.count && !texts.isEmpty
      (shape, content) = ([elements.count], isText ? .text(texts) : .other(value.summary))
    default: (shape, content) = ([], .other(value.summary))
    }
  }

  /// The number of elements.
  package var count: Int {
    shape.reduce(1) { product, size in
      let (result, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? .max : result
    }
  }

  /// Whether it holds numbers or text.
  package var isReadable: Bool { if case .other = content { false } else { true } }

  /// Whether it holds text.
  package var isText: Bool {
    switch content {
    case .numPy(let array): array.isText
    case .text: true
    default: false
    }
  }

  /// Whether all dimensions but one have the size 1.
  package var isList: Bool { shape.count { $0 != 1 } <= 1 }

  /// Type and shape, for errors.
  package var summary: String {
    switch content {
    case .numPy(let array): return array.summary
    case .numeric, .sparse: return "numbers of size " + shape.map(String.init).joined(separator: " x ")
    case .text: return "\(shape.first ?? 0) texts"
    case .other(let summary): return summary
    }
  }

  /// Creates an error about the array.
  package func error(found: String? = nil, expected: String) -> ReadError {
    ReadError(file: file, at: .field(field), found: found ?? summary, expected: expected)
  }

  /// Returns the entries as text, whole numbers with all their digits, with the last dimension running fastest.
  package func entries(_ options: ReadOptions) throws -> [String] {
    switch content {
    case .numPy(let array):
      switch array.content {
      case .numbers(let numbers): return ordered(numbers.texts, isColumnMajor: array.isFortranOrder)
      case .text(let text):
        let strings = try text.strings(encoding: options.encoding) { error(found: $0, expected: $1) }
        return ordered(strings, isColumnMajor: array.isFortranOrder)
      }
    case .numeric(let numbers): return ordered(numbers.storage.texts, isColumnMajor: true)
    case .sparse(let matrix, _):
      guard let numbers = matrix.doubles() else { throw thin }
      return ordered(numbers.map(StoredNumbers.text), isColumnMajor: true)
    case .text(let texts): return texts
    case .other: throw error(expected: "numbers or text")
    }
  }

  /// Returns the entries as ids: text, or whole numbers small enough to be exact.
  package func ids(_ options: ReadOptions) throws -> [String] {
    guard isList else { throw error(expected: "one id an instance") }
    let entries = try entries(options)
    try requireIds(entries)
    return entries
  }

  /// Returns some columns of a matrix as text.
  package func tableEntries(of columns: [Int]) throws -> [Int: [String]] {
    let width = shape.count == 2 ? shape[1] : 0
    let all = try entries(.automatic)
    guard width > 0 else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: columns.map { column in
        (column, stride(from: column, to: all.count, by: width).map { all[$0] })
      })
  }

  /// Refuses ids that are not whole numbers, or too large to be exact.
  package func requireIds(_ entries: [String]) throws {
    guard !isText, let limit = exactLimit else { return }
    for (row, entry) in entries.enumerated() {
      guard let number = Double(entry), Int(exactly: number) != nil else {
        guard let number = Double(entry), number.isFinite, abs(number) >= limit else {
          throw error(
            found: "bag number \(entry) of instance \(row + 1)",
            expected: "a whole number; other ids are stored as text" + (isNumPy ? ", by array.astype(str)" : ""))
        }
        throw tooLarge(number, row, limit)
      }
      if abs(number) >= limit { throw tooLarge(number, row, limit) }
    }
  }

  private func tooLarge(_ number: Double, _ row: Int, _ limit: Double) -> ReadError {
    error(
      found:
        "bag number \(number) of instance \(row + 1), as large as floating-point numbers that stand for several ids",
      expected: "ids below \(Int(limit)), or saved as 64-bit whole numbers (int64) or text")
  }

  /// Whether it is of a NumPy file, not of a MATLAB file.
  package var isNumPy: Bool { if case .numPy = content { true } else { false } }

  /// The magnitude from which distinct whole numbers can have the same value.
  private var exactLimit: Double? {
    switch content {
    case .numPy(let array): if case .numbers(let numbers) = array.content { numbers.exactLimit } else { nil }
    case .numeric(let numbers): numbers.storage.exactLimit
    case .sparse: 0x1p53
    default: nil
    }
  }

  /// Returns the entries as numbers, with the last dimension running fastest.
  package func numbers() throws -> [Double] {
    guard !isText else { throw error(expected: "numbers") }
    switch content {
    case .numPy(let array):
      guard case .numbers(let numbers) = array.content else { throw error(expected: "numbers") }
      return ordered(numbers.doubles, isColumnMajor: array.isFortranOrder)
    case .numeric(let numbers): return ordered(numbers.doubles, isColumnMajor: true)
    case .sparse(let matrix, _):
      guard let numbers = matrix.doubles() else { throw thin }
      return ordered(numbers, isColumnMajor: true)
    default: throw error(expected: "numbers")
    }
  }

  /// Returns instances as rows in single precision; further dimensions are flattened.
  ///
  /// - Parameter wanted: the number of rows that other arrays imply; nil if none does.
  package func rows(count wanted: Int? = nil) throws -> (count: Int, columns: Int, values: [Float]) {
    switch content {
    case .numPy(let array): return try array.rows()
    case .numeric(let numbers) where numbers.count > 0:
      return (numbers.rows, numbers.columns, numbers.rowMajorFloats())
    case .sparse(let matrix, _) where matrix.count > 0:
      // Checked before a sparse matrix is unfolded to a size that no other array confirms.
      if let wanted, wanted != matrix.rows {
        throw error(expected: "\(wanted) rows, one for each bag number")
      }
      guard let values = matrix.rowMajorFloats() else { throw thin }
      return (matrix.rows, matrix.columns, values)
    default: throw error(expected: "numbers of shape (instances, features)")
    }
  }

  /// Returns bags x instances x features, with all dimensions after the second as features.
  package func cube() throws -> (bags: Int, instances: Int, columns: Int, values: [Float]) {
    let (bags, width, values) = try rows()
    let instances = shape[1]
    let columns = instances == 0 ? 0 : width / instances
    guard case .numeric = content, columns > 1, instances > 1 else { return (bags, instances, columns, values) }
    // MATLAB stores the instances of one feature next to each other.
    var result = values
    for bag in 0..<bags {
      for instance in 0..<instances {
        for column in 0..<columns {
          result[(bag * instances + instance) * columns + column] = values[bag * width + column * instances + instance]
        }
      }
    }
    return (bags, instances, columns, result)
  }

  /// Returns the loss of instances with `columns` features in single precision; nil if there is none.
  package func loss(columns: Int) -> RoundingLoss? {
    var loss = RoundingLoss(columns: columns)
    switch content {
    case .numPy(let array):
      guard case .numbers(let numbers) = array.content, numbers.mayLosePrecision else { return nil }
      loss.note(numbers, isColumnMajor: array.isFortranOrder)
    case .numeric(let numbers):
      guard numbers.storage.mayLosePrecision else { return nil }
      loss.note(numbers.storage, isColumnMajor: true)
    case .sparse(_, let sparse): loss.note(sparse)
    default: return nil
    }
    return loss
  }

  /// Returns the stored number if it is finite but overflows in single precision; otherwise nil.
  package func overflow(at place: Int) -> Double? {
    guard let all = try? numbers(), all.indices.contains(place), all[place].isFinite, !Float(all[place]).isFinite else {
      return nil
    }
    return all[place]
  }

  private var thin: ReadError {
    error(found: "\(summary) with hardly any entries", expected: "a size that its entries bear out")
  }

  /// Reorders a list so that the last dimension runs fastest.
  private func ordered<Element>(_ list: [Element], isColumnMajor: Bool) -> [Element] {
    guard isColumnMajor, !isList, let rows = shape.first, rows > 0, list.count == count else { return list }
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    return list.indices.map { target in
      var (rest, source) = (target, 0)
      for axis in shape.indices.reversed() {
        source += rest % shape[axis] * strides[axis]
        rest /= shape[axis]
      }
      return list[source]
    }
  }
}
