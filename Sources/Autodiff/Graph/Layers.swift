extension Variable {
  /// A linear map of each row, x W + b, learned or frozen.
  ///
  /// W is `columns` x `outputs` under the name `name.weight` and decays; b, a row of `outputs`, stands under `name.bias` and
  /// does not.
  /// - Parameters:
  ///   - name: the layer's name within the enclosing scope.
  ///   - outputs: the number of columns of the result.
  ///   - bias: whether b is there.
  ///   - initialiser: where W starts.
  ///   - biasInitialiser: where b starts.
  ///   - trains: whether W and b are learned.
  public func linear(
    _ name: String, to outputs: Int, bias: Bool = true, initialiser: Initialiser = .glorotUniform,
    biasInitialiser: Initialiser = .zeros, trains: Bool = true
  ) -> Variable {
    graph.scope(name) {
      let weight = graph.parameter(
        "weight", rows: columns, columns: outputs, initialiser: initialiser, decays: true, trains: trains)
      let offset =
        bias ? graph.parameter("bias", columns: outputs, initialiser: biasInitialiser, trains: trains) : nil
      return graph.append(
        Node(
          operation: .linear, first: index, second: weight.index, third: offset?.index ?? -1, rows: rows,
          columns: max(outputs, 1)))
    }
  }
}

// MARK: - Losses, one value a bag

extension Variable {
  /// -y log(p) - (1 - y) log(1 - p) with p = sigmoid(x), for each bag, computed without overflow.
  public func binaryCrossEntropy(ofLogitsWith labels: Variable) -> Variable {
    loss(.crossEntropyOfLogits, labels)
  }

  /// -y log(p) - (1 - y) log(1 - p) for each bag, with p kept in [clip, 1 - clip] and no gradient outside.
  public func binaryCrossEntropy(ofProbabilitiesWith labels: Variable, clip: Double = 1e-7) -> Variable {
    loss(.crossEntropyOfProbabilities(clip: clip), labels)
  }

  /// y max(0, m+ - x)^2 + w (1 - y) max(0, x - m-)^2 for each bag, of lengths x.
  ///
  /// Source: S. Sabour, N. Frosst, G. E. Hinton, Dynamic routing between capsules, NIPS 2017, arXiv 1710.09829;
  /// there the weight w of negatives is 0.5, in Yan et al. (ACML 2018) as summarised it is 1.
  public func marginLoss(
    with labels: Variable, positiveMargin: Double = 0.9, negativeMargin: Double = 0.1, negativeWeight: Double = 1
  ) -> Variable {
    loss(.margin(positive: positiveMargin, negative: negativeMargin, negativeWeight: negativeWeight), labels)
  }

  private func loss(_ function: LossFunction, _ labels: Variable) -> Variable {
    requireSameGraph(labels)
    if rows != .bags || columns != 1 || labels.rows != .bags || labels.columns != 1 {
      graph.fail("a loss needs one column with a row a bag, found \(columns) columns with a row for \(rows)")
    }
    return graph.append(
      Node(operation: .loss(function), first: index, second: labels.index, rows: .bags, columns: 1))
  }
}
