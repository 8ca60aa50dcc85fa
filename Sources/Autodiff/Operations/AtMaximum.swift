/// The rows of the instances of a bag with the largest score, one for each column of scores.
///
/// It saves the position of each instance, counted from the bag's first.
struct AtMaximum: GenericOperation {
  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [], saves: .columns(1))
    traits.givenArguments = [1]
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard arguments.count == 2 else { throw GraphError("atMaximum takes 2 variables, found \(arguments.count)") }
    let values = try [arguments[0]].onlyInstances("atMaximum")
    let scores = try [arguments[1]].onlyInstances("atMaximum(of:)").columns
    return VariableShape(rows: scores == 1 ? .bags : .slots(scores), columns: values.columns)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (scores, width, largest, positions) = (pass.columns(1), pass.shape.columns, pass.scratch(0), pass.scratch(1))
    pass.forEachBag { bag, rows in
      Scalar.maximum(rows, pass.value(1), scores, largest, positions: positions)
      for score in 0..<scores {
        let (row, result) = (rows.lowerBound + positions[score].index, pass.result + (bag * scores + score) * width)
        result.update(from: pass.value(0) + row * width, count: width)
        // A NaN score must not be lost.
        if largest[score].isNaN { result.update(repeating: largest[score], count: width) }
        if pass.isTraining { pass.saved[bag * scores + score] = positions[score] }
      }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (scores, width, target) = (pass.columns(1), pass.shape.columns, pass.gradient(0))
    pass.clear(0)
    pass.forEachBag { bag, rows in
      for row in bag * scores..<(bag + 1) * scores {
        let (slope, target) = (pass.slope + row * width, target + (rows.lowerBound + pass.saved[row].index) * width)
        for column in 0..<width { target[column] += slope[column] }
      }
    }
  }
}

extension Variable {
  /// Returns the row of the instance with the largest score in each bag: a bag's critical instance.
  ///
  /// Ties go to the first instance. The choice of the instance has no gradient: scores get none from here, and the
  /// row's whole gradient goes to that instance.
  ///
  /// Source: B. Li, Y. Li, K. W. Eliceiri, Dual-stream multiple instance learning network for whole slide image
  /// classification with self-supervised contrastive learning, CVPR 2021, doi:10.1109/CVPR46437.2021.01409, where all
  /// instances are compared with the critical one.
  /// - Parameter scores: one column with a row per instance; or k columns, for the k instances that lead one of them
  ///   each.
  /// - Returns: one row per bag with the columns of this variable; for k columns of scores k slots.
  public func atMaximum(of scores: Variable) -> Variable { AtMaximum().applied(to: self, scores) }
}
