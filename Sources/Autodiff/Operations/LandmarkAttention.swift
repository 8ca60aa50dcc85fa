import LinearAlgebra

/// Attention of the instances of a bag over each other through landmarks, with cost linear in the instances; exact in
/// short bags.
///
/// With landmarks q and k, the means of consecutive queries Q and keys K, the shares softmax(Q K') are approximated by
/// softmax(Q k') softmax(q k')⁺ softmax(q K'). Gradients recompute all of it.
struct LandmarkAttention: BagOperation {
  let exact: Attention
  let landmarks: Int
  let iterations: Int

  init(heads: Int, landmarks: Int, exactUpTo longestBag: Int, iterations: Int) {
    // A bag with fewer instances than landmarks has no means to compute.
    exact = Attention(heads: heads, longestBag: max(longestBag, landmarks))
    self.landmarks = landmarks
    self.iterations = iterations
  }

  var traits: OperationTraits { exact.traits }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    for argument in arguments { _ = try [argument].onlyInstances("attention through landmarks") }
    guard landmarks >= 1, iterations >= 1 else {
      throw GraphError("attention has \(landmarks) landmarks and \(iterations) iterations, expected at least 1 of each")
    }
    return try exact.shape(of: arguments)
  }

  func forward(_ pass: OperationPass<Float>) {
    exact.forward(pass)
    evaluate(pass)
  }

  func forward(_ pass: OperationPass<Double>) {
    exact.forward(pass)
    evaluate(pass)
  }

  // The exact part clears the gradients, and the rest adds to them.
  func backward(_ pass: OperationPass<Float>) {
    exact.backward(pass)
    differentiate(pass)
  }

  func backward(_ pass: OperationPass<Double>) {
    exact.backward(pass)
    differentiate(pass)
  }

  private func evaluate<Scalar: AttentionScalar>(_ pass: OperationPass<Scalar>) {
    forEachHead(pass) { head in head.evaluate(into: pass.result + head.valueOffset) }
  }

  private func differentiate<Scalar: AttentionScalar>(_ pass: OperationPass<Scalar>) {
    forEachHead(pass) { head in
      head.prepare()
      head.differentiate(
        slope: pass.slope + head.valueOffset,
        LandmarkHead<Scalar>.Targets(
          queries: pass.flow(0) == .none ? nil : pass.gradient(0) + head.keyOffset,
          keys: pass.flow(1) == .none ? nil : pass.gradient(1) + head.keyOffset,
          values: pass.flow(2) == .none ? nil : pass.gradient(2) + head.valueOffset))
    }
  }

  /// Calls `body` for each head of each long bag; cores without other work share the heads, which write to different
  /// columns.
  private func forEachHead<Scalar: AttentionScalar>(
    _ pass: OperationPass<Scalar>, _ body: (LandmarkHead<Scalar>) -> Void
  ) {
    pass.forEachBag { _, rows in
      guard rows.count > exact.longestBag else { return }
      Cores.share(exact.heads) { next in
        // New memory for each head would cost as much as some of its products.
        let memory = LandmarkHead.memory(pass, rows, self)
        while let head = next() { body(LandmarkHead(pass, rows, head, self, memory)) }
      }
    }
  }
}

extension Variable {
  /// Returns attention as ``attention(over:values:heads:)`` does, but through landmarks in bags of many instances.
  ///
  ///     softmax(Q K') V ≈ softmax(Q k') softmax(q k')⁺ softmax(q K') V
  ///
  /// where q and k are the means of as many runs of consecutive queries and keys as there are landmarks. The
  /// pseudo-inverse is computed iteratively, with an exact gradient. The result depends on the order of the instances.
  ///
  /// Source: Y. Xiong, Z. Zeng, R. Chakraborty, M. Tan, G. Fung, Y. Li, V. Singh, Nyströmformer: a Nyström-based
  /// algorithm for approximating self-attention, AAAI 2021, doi:10.1609/aaai.v35i16.17664. Deviations: runs differ by
  /// one instance if the landmarks do not divide the bag, and no zeros are put before it; the iteration starts at each
  /// head's own scale.
  /// - Parameters:
  ///   - keys: K, with as many columns as this variable and one row per instance.
  ///   - values: V, with a row for each key.
  ///   - heads: the number of heads.
  ///   - landmarks: the number of landmarks.
  ///   - longestExact: bags of at most this many instances, or no more instances than landmarks, have exact attention.
  ///   - iterations: the number of steps of the pseudo-inverse.
  package func attention(
    over keys: Variable, values: Variable, heads: Int = 1, landmarks: Int, exactUpTo longestExact: Int,
    iterations: Int = 6
  ) -> Variable {
    LandmarkAttention(heads: heads, landmarks: landmarks, exactUpTo: longestExact, iterations: iterations).applied(
      to: self, keys, values)
  }
}
