/// A window over the rows of a bag, arranged as a square or a line, with separate weights for each column.
///
/// A square's side is the root of the number of rows, rounded up; the first rows repeat in the remaining cells.
struct DepthwiseConvolution: GenericOperation {
  /// The arrangement of the rows of a bag.
  enum Layout: Sendable { case square, line }

  let layout: Layout
  let size: Int

  /// The number of rows in a window.
  private var places: Int { layout == .square ? size * size : size }

  /// Rows are read by position, and the weights by position in the window.
  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [.arguments])
    traits.weightArgument = 1
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2 else {
      throw GraphError("a convolution over rows takes 2 variables, found \(arguments.count)")
    }
    let rows = try [arguments[0]].onlyInstances("a convolution over rows")
    let weights = arguments[1]
    guard size > 0, !size.isMultiple(of: 2), weights.rows == .single, weights.weightRows == places,
      weights.columns == rows.columns
    else {
      throw GraphError(
        "a window of \(size) over \(rows.columns) columns needs an odd size and \(places) x \(rows.columns) weights, "
          + "found \(weights.weightRows) x \(weights.columns)")
    }
    return rows
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, weights, width) = (pass.value(0), pass.value(1), pass.shape.columns)
    pass.result.update(repeating: 0, count: pass.count)
    pass.forEachBag { _, rows in
      // Columns are independent, and a part of them stays in the cache.
      pass.divide(width, cost: rows.count * places) { columns in
        forEachMeeting(rows) { target, source, place in
          let (result, input) = (pass.result + target * width, input + source * width)
          let weights = weights + place * width
          for column in columns { result[column] += weights[column] * input[column] }
        }
      }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, weights, width) = (pass.value(0), pass.value(1), pass.shape.columns)
    for argument in 0..<2 { pass.clear(argument) }
    let (toInput, toWeights) = (pass.flow(0) != .none, pass.flow(1) != .none)
    pass.forEachBag { _, rows in
      pass.divide(width, cost: rows.count * places) { columns in
        forEachMeeting(rows) { target, source, place in
          let (slope, input) = (pass.slope + target * width, input + source * width)
          let weights = weights + place * width
          if toInput {
            let gradient = pass.gradient(0) + source * width
            for column in columns { gradient[column] += weights[column] * slope[column] }
          }
          if toWeights {
            let gradient = pass.gradient(1) + place * width
            for column in columns { gradient[column] += input[column] * slope[column] }
          }
        }
      }
    }
  }

  /// Calls `body` with each row of a bag, each row in the window around it and its position in the window.
  @inline(__always)
  private func forEachMeeting(_ rows: Range<Int>, _ body: (_ target: Int, _ source: Int, _ place: Int) -> Void) {
    let count = rows.count
    let side = layout == .line ? count : Int(Double(count).squareRoot().rounded(.up))
    let (lines, reach) = (layout == .line ? 1 : side, size / 2)
    let lineReach = layout == .line ? 0 : reach
    for target in 0..<count {
      let (y, x) = (target / side, target % side)
      for line in max(0, y - lineReach)...min(lines - 1, y + lineReach) {
        for column in max(0, x - reach)...min(side - 1, x + reach) {
          let cell = line * side + column
          let place = (layout == .line ? 0 : (line - y + reach) * size) + column - x + reach
          body(rows.lowerBound + target, rows.lowerBound + (cell < count ? cell : cell - count), place)
        }
      }
    }
  }
}

extension Variable {
  /// Returns a convolution over the instances of each bag as a square image, with separate weights for each column.
  ///
  /// The instances fill, in their order, a square whose side is the root of their number, rounded up. The first
  /// instances repeat in the remaining cells, and there are zeros around the square. The weights, size² x columns, are
  /// `name.weight` and decay; the bias is `name.bias`. The result depends on the order of the instances.
  ///
  /// Source: Z. Shao, H. Bian, Y. Chen, Y. Wang, J. Zhang, X. Ji, Y. Zhang, TransMIL: transformer based correlated
  /// multiple instance learning for whole slide image classification, NeurIPS 2021, arXiv 2106.00908.
  /// - Parameters:
  ///   - name: the layer's name within the enclosing scope.
  ///   - size: the side of the window, odd.
  package func convolvedAsSquare(_ name: String, size: Int) -> Variable {
    convolved(name, .square, size: size, places: max(1, size) * max(1, size), bias: true)
  }

  /// Returns a convolution over the instances of each bag in their order, with separate weights for each column and no
  /// bias.
  ///
  /// The weights, size x columns, are `name.weight` and decay. The result depends on the order of the instances.
  /// - Parameters:
  ///   - name: the layer's name within the enclosing scope.
  ///   - size: the length of the window, odd.
  package func convolvedAsLine(_ name: String, size: Int) -> Variable {
    convolved(name, .line, size: size, places: max(1, size), bias: false)
  }

  private func convolved(
    _ name: String, _ layout: DepthwiseConvolution.Layout, size: Int, places: Int, bias: Bool
  ) -> Variable {
    graph.scope(name) {
      let weight = graph.parameter(
        "weight", rows: places, columns: columns, initialiser: .glorotUniform, decays: true)
      let result = DepthwiseConvolution(layout: layout, size: size).applied(to: self, weight)
      return bias ? result + graph.parameter("bias", columns: columns, initialiser: .zeros) : result
    }
  }
}
