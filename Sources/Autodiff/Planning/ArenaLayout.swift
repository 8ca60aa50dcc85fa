/// The memory layout of an executor: offsets of scalars, all aligned to 64 bytes.
///
/// A training pass keeps every value for the backward pass. In a scoring pass the memory of a value is reused after its
/// last reader has run.
struct ArenaLayout {
  /// The total number of scalars.
  private(set) var count: Int
  /// The offsets of each node's value, gradient and saved values; nodes that share memory have the same ones.
  private(set) var values: [Int]
  private(set) var gradients: [Int]
  private(set) var memories: [Int]
  /// Blocks that are no longer needed, by their starts.
  private var unused: [Range<Int>] = []

  /// Computes the layout of a plan.
  ///
  /// - Parameters:
  ///   - plan: the plan to run.
  ///   - scratch: the number of scalars to leave free at the start.
  ///   - capacity: returns the largest number of scalars of a node's value.
  init(_ plan: Plan, scratch: Int, capacity: (VariableShape) -> Int) {
    count = scratch
    values = Array(repeating: 0, count: plan.nodes.count)
    (gradients, memories) = (values, values)
    if plan.isTraining {
      layOutTraining(plan, capacity)
    } else {
      layOutScoring(plan, capacity)
    }
  }

  private mutating func layOutTraining(_ plan: Plan, _ capacity: (VariableShape) -> Int) {
    var needed = Set(plan.steps.flatMap { [$0.result] + $0.arguments })
    needed.formUnion(plan.outputs)
    needed.formUnion(plan.nodes.indices.filter { plan.nodes[$0].isConstant })
    if plan.readsSurroundings { needed.formUnion(plan.nodes.indices.filter { plan.nodes[$0].isSurroundings }) }
    for index in needed.sorted() {
      let node = plan.nodes[index]
      let home = plan.homes[index]
      // The values of instances, labels and parameters are stored elsewhere, and so are the gradients of parameters.
      let ownsMemory = node.operation != nil || node.isConstant || node.isSurroundings
      values[index] = home == index && ownsMemory ? take(capacity(node.shape)) : values[home]
      if plan.carriesGradient[index] {
        let ownsGradient = home == index && node.parameter == nil
        gradients[index] = ownsGradient ? take(capacity(node.shape)) : gradients[home]
      }
      let saved = node.traits.saves.count(columns: node.columns)
      if saved > 0 { memories[index] = take(capacity(VariableShape(rows: node.rows, columns: saved))) }
    }
  }

  private mutating func layOutScoring(_ plan: Plan, _ capacity: (VariableShape) -> Int) {
    // Constants are written once, before the first pass, and surroundings before each.
    for index in plan.nodes.indices
    where plan.nodes[index].isConstant || plan.readsSurroundings && plan.nodes[index].isSurroundings {
      values[index] = take(capacity(plan.nodes[index].shape))
    }
    var lastReader = Array(repeating: -1, count: plan.nodes.count)
    for (position, step) in plan.steps.enumerated() {
      for argument in step.arguments { lastReader[plan.homes[argument]] = position }
    }
    for output in plan.outputs { lastReader[plan.homes[output]] = plan.steps.count }
    for (position, step) in plan.steps.enumerated() {
      let home = plan.homes[step.result]
      values[step.result] = home == step.result ? take(capacity(plan.nodes[home].shape)) : values[home]
      for argument in Set(step.arguments.map { plan.homes[$0] }).sorted()
      where lastReader[argument] == position && plan.isComputed[argument] {
        release(values[argument]..<values[argument] + Self.padded(capacity(plan.nodes[argument].shape)))
      }
    }
  }

  /// Returns the number of scalars up to the next 64-byte boundary.
  static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  /// Returns the start of a block: the smallest sufficient unused one, otherwise a new one.
  private mutating func take(_ scalars: Int) -> Int {
    let scalars = Self.padded(scalars)
    let fitting = unused.indices.filter { unused[$0].count >= scalars }
    if let best = fitting.min(by: { unused[$0].count < unused[$1].count }) {
      let start = unused[best].lowerBound
      unused[best] = start + scalars..<unused[best].upperBound
      if unused[best].isEmpty { unused.remove(at: best) }
      return start
    }
    let start = Self.padded(count)
    count = start + scalars
    return start
  }

  /// Merges a block and its unused neighbours into one unused block.
  private mutating func release(_ block: Range<Int>) {
    unused.append(block)
    unused.sort { $0.lowerBound < $1.lowerBound }
    for index in unused.indices.dropFirst().reversed() where unused[index - 1].upperBound == unused[index].lowerBound {
      unused[index - 1] = unused[index - 1].lowerBound..<unused[index].upperBound
      unused.remove(at: index)
    }
  }
}
