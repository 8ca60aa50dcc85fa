import LinearAlgebra

/// An operation with random relative errors of about the size of single-precision rounding.
///
/// Runs in double precision that differ only in these errors show the effect of rounding on a training. If gradients
/// cancel, the remainder is rounding; a method that divides by small gradients takes full-length steps along it.
struct Blurred: BagOperation {
  let operation: any BagOperation
  /// The largest relative error.
  let share: Double
  let seed: UInt64

  var traits: OperationTraits { operation.traits }
  func shape(of arguments: [VariableShape]) throws -> VariableShape { try operation.shape(of: arguments) }

  func forward(_ pass: OperationPass<Float>) { operation.forward(pass) }
  func backward(_ pass: OperationPass<Float>) { operation.backward(pass) }

  func forward(_ pass: OperationPass<Double>) {
    operation.forward(pass)
    var generator = RandomGenerator(seed: seed)
    blur(pass.result, pass.count, &generator)
  }

  func backward(_ pass: OperationPass<Double>) {
    operation.backward(pass)
    var generator = RandomGenerator(seed: ~seed)
    for argument in 0..<pass.argumentCount where pass.flow(argument) != .none {
      let shape = pass.arguments[argument].shape
      blur(pass.gradient(argument), pass.rowCount(of: shape.rows) * shape.columns * shape.weightRows, &generator)
    }
  }

  private func blur(_ values: UnsafeMutablePointer<Double>, _ count: Int, _ generator: inout RandomGenerator) {
    for index in 0..<count { values[index] *= 1 + generator.uniform(from: -share, to: share) }
  }
}

extension ComputationGraph {
  /// Blurs all operations traced so far, each with its own errors, which are the same in each step.
  ///
  /// - Parameter number: the number of one of many error patterns, whose sizes take turns. A kernel's sums round more
  ///   than once or, for nearly equal numbers, almost equally; if derivatives are steep, a smaller error may have the
  ///   larger effect.
  func blur(_ number: UInt64) {
    let share = 2 * Double(Float.ulpOfOne) / Double(1 << (2 * (number % 4)))
    for (index, node) in nodes.enumerated() {
      guard let operation = node.operation else { continue }
      let seed = Seed.derive(from: number, ["blur", String(index)])
      nodes[index] = Node(Blurred(operation: operation, share: share, seed: seed), node.arguments, node.shape)
    }
  }
}
