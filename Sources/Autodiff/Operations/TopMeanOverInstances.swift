/// The mean of the `count` largest values over the instances of a bag, or of all if there are fewer.
///
/// It saves the smallest value taken.
struct TopMeanOverInstances: GenericOperation {
  let count: Int

  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [.arguments], saves: .elements)
    traits.scratchColumns = count
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    if !(1...65536).contains(count) {
      throw GraphError("the top \(count) instances were asked for, expected 1 to 65536")
    }
    return VariableShape(rows: .bags, columns: try arguments.onlyInstances("topMeanOverInstances").columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let width = pass.shape.columns
    pass.forEachBag { bag, rows in
      topMean(
        rows, pass.value(0), width, pass.result + bag * width, best: pass.scratch(0),
        smallest: pass.isTraining ? pass.saved + bag * width : nil)
    }
  }

  /// Sums the values from the largest down, so that the order of instances changes no bit.
  private func topMean<Scalar: KernelScalar>(
    _ rows: Range<Int>, _ input: UnsafePointer<Scalar>, _ width: Int, _ result: UnsafeMutablePointer<Scalar>,
    best: UnsafeMutablePointer<Scalar>, smallest: UnsafeMutablePointer<Scalar>?
  ) {
    let count = min(count, rows.count)
    for column in 0..<width {
      var taken = 0
      // NaN counts as the largest value and must not be lost.
      var sum: Scalar = 0
      for row in rows {
        let value = input[row * width + column]
        if value.isNaN { sum = value }
        if taken < count { taken += 1 } else if !(value > best[count - 1]) { continue }
        var place = taken - 1
        while place > 0 && best[place - 1] < value {
          best[place] = best[place - 1]
          place -= 1
        }
        best[place] = value
      }
      for place in 0..<count { sum += best[place] }
      result[column] = sum / Scalar(count)
      smallest?[column] = best[count - 1]
    }
  }

  /// Gives each value above the smallest one taken an equal share; values tied with it divide the rest.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (width, flow, target) = (pass.shape.columns, pass.flow(0), pass.gradient(0))
    let (above, tied) = (pass.scratch(0), pass.scratch(1))
    pass.forEachBag { bag, rows in
      let (input, slope, smallest) = (pass.value(0), pass.slope + bag * width, pass.saved + bag * width)
      above.update(repeating: 0, count: width)
      tied.update(repeating: 0, count: width)
      for row in rows {
        let input = input + row * width
        for column in 0..<width {
          if input[column] > smallest[column] { above[column] += 1 }
          if input[column] == smallest[column] { tied[column] += 1 }
        }
      }
      let taken = Scalar(min(count, rows.count))
      let share = 1 / taken
      // From here on, the share of each of the tied values.
      for column in 0..<width { tied[column] = (taken - above[column]) * share / tied[column] }
      for row in rows {
        let input = input + row * width
        pass.fill(target + row * width, width, flow) { column in
          if input[column] > smallest[column] { return slope[column] * share }
          return input[column] == smallest[column] ? slope[column] * tied[column] : 0
        }
      }
    }
  }
}

extension Variable {
  /// Returns the mean of the k largest values over the instances of each bag, or of all in a bag of fewer than k.
  ///
  /// Values tied for the last place share its gradient. Source: W. Li, N. Vasconcelos, Multiple instance learning for
  /// soft bags via top instances, CVPR 2015, doi:10.1109/CVPR.2015.7299056, where instances are ranked by one score;
  /// here each column is ranked by itself.
  /// - Parameter count: k, from 1 to 65536.
  public func topMeanOverInstances(count: Int) -> Variable { TopMeanOverInstances(count: count).applied(to: self) }
}
