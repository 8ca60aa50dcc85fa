import LinearAlgebra

/// An operation whose numbers are off by about as much as single precision would round them, in random directions.
///
/// Runs in double precision that differ in this alone show what roundings make of a training. Where gradients cancel, what
/// is left of them is rounding; a method that divides by small gradients takes steps of full length along it.
struct Blurred: BagOperation {
  let operation: any BagOperation
  /// How far numbers may be off, relatively.
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

extension Graph {
  /// Blurs all operations traced so far, each in a way of its own that is the same in each step.
  ///
  /// - Parameter number: of many ways, which take turns in how far numbers are off: a kernel's sums round more than once or,
  ///   of nearly equal numbers, nearly alike, and where derivatives are steep the smaller cause may have the larger effect.
  func blur(_ number: UInt64) {
    let share = 2 * Double(Float.ulpOfOne) / Double(1 << (2 * (number % 4)))
    for (index, node) in nodes.enumerated() {
      guard let operation = node.operation else { continue }
      let seed = Seed.derive(from: number, ["blur", String(index)])
      nodes[index] = Node(Blurred(operation: operation, share: share, seed: seed), node.arguments, node.shape)
    }
  }
}
