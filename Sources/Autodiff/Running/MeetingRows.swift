extension [VariableShape] {
  /// Returns the shape of an element-wise result of two variables: the finer rows, with a single column repeated.
  ///
  /// - Throws: ``GraphError`` unless there are two variables with compatible rows and columns.
  package func meeting() throws -> VariableShape {
    guard count == 2 else { throw GraphError("arithmetic takes 2 variables, found \(count)") }
    let (left, right) = (self[0], self[1])
    if left.columns != right.columns && left.columns != 1 && right.columns != 1 {
      throw GraphError("columns do not fit: \(left.columns) and \(right.columns)")
    }
    guard let rows = left.rows.meeting(right.rows) else {
      throw GraphError("a row for \(left.rows) cannot meet a row for \(right.rows)")
    }
    return VariableShape(rows: rows, columns: Swift.max(left.columns, right.columns))
  }
}

/// Arithmetic on two arguments, with the rows of the coarser one and single columns repeated.
extension OperationPass {
  /// Writes `function` of the corresponding elements.
  @inlinable @inline(__always)
  package func combine(_ function: (_ left: Scalar, _ right: Scalar) -> Scalar) {
    let (left, right, result) = (value(0), value(1), result)
    if hasResultShape(0) && hasResultShape(1) {
      divide(count) { for i in $0 { result[i] = function(left[i], right[i]) } }
      return
    }
    let width = shape.columns
    forEachRow(shape.rows) { row, bag in
      let a = operand(0, row: row, bag: bag)
      let b = operand(1, row: row, bag: bag)
      let (left, right, result) = (left + a.start, right + b.start, result + row * width)
      for column in 0..<width { result[column] = function(left[column * a.stride], right[column * b.stride]) }
    }
  }

  /// Fills the gradient of an argument with `derivative`, summed over the rows and columns for which it was repeated.
  @inlinable @inline(__always)
  package func distribute(
    to argument: Int, _ derivative: (_ slope: Scalar, _ left: Scalar, _ right: Scalar) -> Scalar
  ) {
    guard flow(argument) != .none else { return }
    let (left, right, slope) = (value(0), value(1), slope)
    if hasResultShape(0) && hasResultShape(1) {
      fill(argument) { derivative(slope[$0], left[$0], right[$0]) }
      return
    }
    clear(argument)
    let (target, width) = (gradient(argument), shape.columns)
    forEachRow(shape.rows) { row, bag in
      let a = operand(0, row: row, bag: bag)
      let b = operand(1, row: row, bag: bag)
      let t = operand(argument, row: row, bag: bag)
      let (left, right, slope) = (left + a.start, right + b.start, slope + row * width)
      for column in 0..<width {
        target[t.start + column * t.stride] += derivative(
          slope[column], left[column * a.stride], right[column * b.stride])
      }
    }
  }

  /// Returns the start of an argument's row for row `row` of bag `bag`, and the stride of its columns.
  @inlinable @inline(__always)
  func operand(_ argument: Int, row: Int, bag: Int) -> (start: Int, stride: Int) {
    let columns = columns(argument)
    let stride = columns == 1 ? 0 : 1
    switch rows(argument) {
    case .single: return (0, stride)
    case .bags: return (bag * columns, stride)
    case .slots, .instances, .pairs: return (row * columns, stride)
    }
  }

  @inlinable @inline(__always)
  func hasResultShape(_ argument: Int) -> Bool {
    rows(argument) == shape.rows && columns(argument) == shape.columns
  }
}
