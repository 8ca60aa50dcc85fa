/// A dense matrix of `Float` or `Double`, stored row by row.
///
/// Element (i, j) is at position `i * columns + j`. A matrix is a value: copies share their memory until one of them is
/// changed.
public struct Matrix<Scalar: BLASScalar>: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  @usableFromInline var storage: AlignedStorage<Scalar>

  /// Creates a matrix of zeros with `rows` rows and `columns` columns.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix cannot be \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    storage = AlignedStorage(count: rows * columns)
  }

  /// Creates a matrix from its elements, row after row; their number must be `rows * columns`.
  public init(rows: Int, columns: Int, elements: some Collection<Scalar>) {
    self.init(rows: rows, columns: columns)
    precondition(elements.count == count, "\(elements.count) elements do not fill \(rows) x \(columns)")
    // Copies a block of memory if the collection has contiguous storage, whatever module the call is in.
    _ = UnsafeMutableBufferPointer(start: storage.baseAddress, count: count).update(fromContentsOf: elements)
  }

  /// Creates a matrix of rows of `elements`, each `columns` long, in the given order; rows may be omitted or repeated.
  package init(columns: Int, elements: [Scalar], rowOrder: [Int]) {
    self.init(rows: rowOrder.count, columns: columns)
    let sourceRows = columns == 0 ? 0 : elements.count / columns
    elements.withUnsafeBufferPointer { source in
      var next = storage.baseAddress
      for row in rowOrder {
        precondition(row >= 0 && (row < sourceRows || columns == 0), "row \(row) of \(sourceRows)")
        if let start = source.baseAddress { next.update(from: start + row * columns, count: columns) }
        next += columns
      }
    }
  }

  /// Creates a matrix from rows of equal length.
  public init(_ rows: [[Scalar]]) {
    self.init(rows: rows.count, columns: rows.first?.count ?? 0, elements: rows.flatMap { $0 })
  }

  /// Returns the identity of order `order`.
  package static func identity(_ order: Int) -> Matrix {
    var result = Matrix(rows: order, columns: order)
    for index in 0..<order { result[index, index] = 1 }
    return result
  }

  /// Replaces the elements from a position on, row after row.
  package mutating func replaceElements(from position: Int, with elements: some Collection<Scalar>) {
    precondition(position >= 0 && position + elements.count <= count, "elements outside the matrix")
    makeUnique()
    _ = UnsafeMutableBufferPointer(start: storage.baseAddress + position, count: elements.count)
      .update(fromContentsOf: elements)
  }

  /// The number of elements.
  @inlinable package var count: Int { rows * columns }

  /// The element in row `row` and column `column`.
  @inlinable public subscript(row: Int, column: Int) -> Scalar {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "matrix index out of range")
      return storage.baseAddress[row &* columns &+ column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "matrix index out of range")
      makeUnique()
      storage.baseAddress[row &* columns &+ column] = newValue
    }
  }

  /// The elements row after row, as an array.
  public var elements: [Scalar] {
    withUnsafeElements { Array($0) }
  }

  /// Returns row `index` as an array.
  public func row(_ index: Int) -> [Scalar] {
    precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
    return withUnsafeElements { Array($0[(index * columns)..<((index + 1) * columns)]) }
  }

  /// Returns column `index` as an array.
  package func column(_ index: Int) -> [Scalar] {
    (0..<rows).map { self[$0, index] }
  }

  /// Returns the rows of the given ranges, one range after the other, as a new matrix.
  package func selectingRows(_ ranges: some Sequence<Range<Int>>) -> Matrix {
    let ranges = Array(ranges)
    let result = Matrix(rows: ranges.reduce(0) { $0 + $1.count }, columns: columns)
    var next = result.storage.baseAddress
    for range in ranges {
      precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
      next.update(from: storage.baseAddress + range.lowerBound * columns, count: range.count * columns)
      next += range.count * columns
    }
    return result
  }

  /// Returns the given columns, in the given order, as a new matrix.
  package func selectingColumns(_ selected: [Int]) -> Matrix {
    precondition(selected.allSatisfy { (0..<columns).contains($0) }, "columns \(selected) of \(columns)")
    let result = Matrix(rows: rows, columns: selected.count)
    for row in 0..<rows {
      for (place, column) in selected.enumerated() {
        result.storage.baseAddress[row * selected.count + place] = storage.baseAddress[row * columns + column]
      }
    }
    return result
  }

  /// The transpose.
  public var transposed: Matrix {
    let result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns {
        result.storage.baseAddress[column * rows + row] = storage.baseAddress[row * columns + column]
      }
    }
    return result
  }

  /// Returns the matrix with each element transformed, possibly to another scalar type.
  @inlinable
  public func map<Other: BLASScalar>(_ transform: (Scalar) throws -> Other) rethrows -> Matrix<Other> {
    let result = Matrix<Other>(rows: rows, columns: columns)
    for index in 0..<count { result.storage.baseAddress[index] = try transform(storage.baseAddress[index]) }
    return result
  }

  /// Calls `body` with the elements, row after row.
  @inlinable
  package func withUnsafeElements<Result>(
    _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(storage) {
      try body(UnsafeBufferPointer(start: storage.baseAddress, count: count))
    }
  }

  /// Calls `body` with the elements, row after row, to change them in place.
  @inlinable
  package mutating func withUnsafeMutableElements<Result>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    makeUnique()
    return try withExtendedLifetime(storage) {
      try body(UnsafeMutableBufferPointer(start: storage.baseAddress, count: count))
    }
  }

  @inlinable
  mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
  }
}
