import LinearAlgebra

/// Arithmetic on two variables, with the rows of the coarser and single columns repeated.
extension Executor {
  func combine(
    _ function: ArithmeticFunction, _ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>
  ) {
    switch function {
    case .add: combine(step, batch, result) { $0 + $1 }
    case .subtract: combine(step, batch, result) { $0 - $1 }
    case .multiply: combine(step, batch, result) { $0 * $1 }
    case .divide: combine(step, batch, result) { $0 / $1 }
    }
  }

  func combineBackward(
    _ function: ArithmeticFunction, _ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>
  ) {
    switch function {
    case .add:
      flow(to: step.first, step.flowToFirst, step, batch, slope) { slope, _, _ in slope }
      flow(to: step.second, step.flowToSecond, step, batch, slope) { slope, _, _ in slope }
    case .subtract:
      flow(to: step.first, step.flowToFirst, step, batch, slope) { slope, _, _ in slope }
      flow(to: step.second, step.flowToSecond, step, batch, slope) { slope, _, _ in -slope }
    case .multiply:
      flow(to: step.first, step.flowToFirst, step, batch, slope) { slope, _, right in slope * right }
      flow(to: step.second, step.flowToSecond, step, batch, slope) { slope, left, _ in slope * left }
    case .divide:
      flow(to: step.first, step.flowToFirst, step, batch, slope) { slope, _, right in slope / right }
      flow(to: step.second, step.flowToSecond, step, batch, slope) { slope, left, right in
        -slope * left / (right * right)
      }
    }
  }

  /// Where the row of an argument starts that meets row `row` of bag `bag`, and how far apart its columns are.
  @inline(__always)
  private func operand(_ node: Int, row: Int, bag: Int) -> (start: Int, stride: Int) {
    let columns = plan.nodes[node].columns
    let stride = columns == 1 ? 0 : 1
    switch plan.nodes[node].rows {
    case .single: return (0, stride)
    case .bags: return (bag * columns, stride)
    case .instances: return (row * columns, stride)
    }
  }

  /// Calls `body` for each row of a kind with its number and its bag.
  @inline(__always)
  func forEachRow(_ rows: RowKind, _ batch: Batch<Scalar>, _ body: (_ row: Int, _ bag: Int) -> Void) {
    switch rows {
    case .single: body(0, 0)
    case .bags: for bag in 0..<batch.bagCount { body(bag, bag) }
    case .instances:
      for bag in 0..<batch.bagCount {
        for row in batch.starts[bag]..<batch.starts[bag + 1] { body(row, bag) }
      }
    }
  }

  @inline(__always)
  private func hasShape(of step: Step, _ node: Int) -> Bool {
    plan.nodes[node].rows == step.rows && plan.nodes[node].columns == step.columns
  }

  @inline(__always)
  private func combine(
    _ step: Step, _ batch: Batch<Scalar>, _ result: UnsafeMutablePointer<Scalar>,
    _ function: (Scalar, Scalar) -> Scalar
  ) {
    let left = UnsafePointer(values[step.first])
    let right = UnsafePointer(values[step.second])
    if hasShape(of: step, step.first) && hasShape(of: step, step.second) {
      for i in 0..<rowCount(step.rows, batch) * step.columns { result[i] = function(left[i], right[i]) }
      return
    }
    forEachRow(step.rows, batch) { row, bag in
      let a = operand(step.first, row: row, bag: bag)
      let b = operand(step.second, row: row, bag: bag)
      let (left, right, result) = (left + a.start, right + b.start, result + row * step.columns)
      for column in 0..<step.columns {
        result[column] = function(left[column * a.stride], right[column * b.stride])
      }
    }
  }

  /// Adds the share of one argument, summed over the rows and columns for which it was repeated.
  @inline(__always)
  private func flow(
    to argument: Int, _ flow: GradientFlow, _ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>,
    _ derivative: (_ slope: Scalar, _ left: Scalar, _ right: Scalar) -> Scalar
  ) {
    guard flow != .none else { return }
    let left = UnsafePointer(values[step.first])
    let right = UnsafePointer(values[step.second])
    let target = gradients[argument]
    if hasShape(of: step, step.first) && hasShape(of: step, step.second) {
      fill(target, rowCount(step.rows, batch) * step.columns, flow) { derivative(slope[$0], left[$0], right[$0]) }
      return
    }
    clear(target, rowCount(plan.nodes[argument].rows, batch) * columns(argument), flow)
    forEachRow(step.rows, batch) { row, bag in
      let a = operand(step.first, row: row, bag: bag)
      let b = operand(step.second, row: row, bag: bag)
      let t = operand(argument, row: row, bag: bag)
      let (left, right, slope) = (left + a.start, right + b.start, slope + row * step.columns)
      for column in 0..<step.columns {
        target[t.start + column * t.stride] += derivative(
          slope[column], left[column * a.stride], right[column * b.stride])
      }
    }
  }
}
