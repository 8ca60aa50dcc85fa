import LinearAlgebra

/// The bags of one run: the memory of their instances, and the rows of each bag.
struct Batch<Scalar> {
  var instances: UnsafePointer<Scalar>
  /// One label per bag; nil for scoring.
  var labels: UnsafePointer<Scalar>?
  /// The first row of each bag and the number of rows at the end.
  var starts: UnsafePointer<Int>
  var bagCount: Int
  /// The rows of ``sparse`` with these instances, if they are sparse rows; ``instances`` is then not read.
  var rows: UnsafeMutablePointer<Int32>?
  var sparse: SparsePointers<Scalar>?
  /// The inputs of instances besides features; nil if the bags have none.
  var surroundings: Surroundings<Scalar>?

  var instanceCount: Int { starts[bagCount] }
}

/// Runs a plan on batches. ``reserve(instances:bags:)`` allocates all memory; a run within it allocates nothing.
final class Executor<Scalar: KernelScalar> {
  let plan: Plan
  let parameters: ParameterStore<Scalar>
  var dropoutGenerator: RandomGenerator
  /// Updates weights during the backward pass; nil to update none.
  var optimiser: OptimiserState<Scalar>?
  /// The number of memory allocations; constant once the largest batch has been seen.
  private(set) var reservations = 0

  /// The memory that the backward pass needs to skip instances without gradients.
  private(set) var winners: WinningRows<Scalar>?
  /// The columns of sparse instances, for the gradient of their weights.
  private(set) var sparseColumns = SparseColumns<Scalar>(width: 0, entries: 0)

  private var instanceCapacity = 0
  private var bagCapacity = 0
  private var edgeCapacity = 0
  private var pairMemory: [PairMemory] = []
  /// The lists of pairs of the graph.
  let pairs: UnsafeMutablePointer<PairPointers>
  private var arena: AlignedStorage<Scalar>
  /// The start of the value, the gradient and the saved values of each node.
  let values: UnsafeMutablePointer<UnsafeMutablePointer<Scalar>>
  let gradients: UnsafeMutablePointer<UnsafeMutablePointer<Scalar>>
  let memories: UnsafeMutablePointer<UnsafeMutablePointer<Scalar>>
  /// The arguments of all steps, one after the other.
  let arguments: UnsafeMutablePointer<PassArgument>
  private let argumentCount: Int
  /// The operations of all steps.
  private let operations: UnsafeMutablePointer<any BagOperation>
  /// Two rows with the width of the widest node, or more if operations request it.
  private(set) var scratch: UnsafeMutablePointer<Scalar>
  let scratchColumns: Int

  init(_ plan: Plan, _ parameters: ParameterStore<Scalar>, seed: UInt64) {
    self.plan = plan
    self.parameters = parameters
    dropoutGenerator = RandomGenerator(seed: Seed.derive(from: seed, ["dropout"]))
    arena = AlignedStorage(count: 0)
    scratch = arena.baseAddress
    scratchColumns = plan.nodes.reduce(1) { max($0, $1.columns, $1.traits.scratchColumns) }
    let all = plan.steps.flatMap { step in
      zip(step.arguments, step.flows).map { PassArgument(node: $0, shape: plan.nodes[$0].shape, flow: $1) }
    }
    argumentCount = all.count
    arguments = .allocate(capacity: max(all.count, 1))
    for (position, argument) in all.enumerated() { (arguments + position).initialize(to: argument) }
    operations = .allocate(capacity: max(plan.steps.count, 1))
    for (position, step) in plan.steps.enumerated() { (operations + position).initialize(to: step.operation) }
    values = Self.table(plan.nodes.count, arena.baseAddress)
    gradients = Self.table(plan.nodes.count, arena.baseAddress)
    memories = Self.table(plan.nodes.count, arena.baseAddress)
    pairs = .allocate(capacity: max(plan.pairLists.count, 1))
  }

  private static func table(
    _ count: Int, _ start: UnsafeMutablePointer<Scalar>
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<Scalar>> {
    let table = UnsafeMutablePointer<UnsafeMutablePointer<Scalar>>.allocate(capacity: count)
    table.initialize(repeating: start, count: count)
    return table
  }

  deinit {
    values.deallocate()
    gradients.deallocate()
    memories.deallocate()
    pairs.deallocate()
    arguments.deallocate()
    operations.deinitialize(count: plan.steps.count)
    operations.deallocate()
  }

  /// Allocates memory for batches of up to the given numbers of instances, bags and edges.
  func reserve(instances: Int, bags: Int, edges: Int = 0) {
    if instances <= instanceCapacity && bags <= bagCapacity && edges <= edgeCapacity && reservations > 0 { return }
    instanceCapacity = max(instances, instanceCapacity)
    bagCapacity = max(bags, bagCapacity)
    edgeCapacity = max(edges, edgeCapacity)
    pairMemory = plan.pairLists.map { PairMemory(instances: instanceCapacity, pairs: pairCapacity(of: $0)) }
    for (index, memory) in pairMemory.enumerated() { (pairs + index).initialize(to: memory.pointers) }
    reservations += 1
    if plan.onlyWinnersCarryGradient {
      winners = WinningRows(instances: instanceCapacity, bags: bagCapacity, columns: plan.nodes[0].columns)
    }
    let layout = ArenaLayout(plan, scratch: 2 * scratchColumns, capacity: capacity(of:))
    arena = AlignedStorage(count: layout.count)
    let base = arena.baseAddress
    scratch = base
    for index in plan.nodes.indices {
      values[index] = base + layout.values[index]
      gradients[index] = base + layout.gradients[index]
      memories[index] = base + layout.memories[index]
      switch plan.nodes[index].content {
      case .parameter(let parameter):
        values[index] = parameters.value(parameter)
        if parameters.descriptions[parameter].trains { gradients[index] = parameters.gradient(parameter) }
      case .constant(let value):
        values[index].update(repeating: Scalar(value), count: capacity(of: plan.nodes[index].shape))
      default: break
      }
    }
  }

  private func capacity(of shape: VariableShape) -> Int {
    switch shape.rows {
    case .single: shape.columns
    case .bags: bagCapacity * shape.columns
    case .slots(let count): bagCapacity * count * shape.columns
    case .instances: instanceCapacity * shape.columns
    case .pairs(let list): pairCapacity(of: plan.pairLists[list]) * shape.columns
    }
  }

  private func pairCapacity(of list: PairList) -> Int {
    list.count(instances: instanceCapacity, edges: edgeCapacity)
  }

  /// Computes the outputs for a batch.
  func forward(_ batch: Batch<Scalar>) {
    reserve(instances: batch.instanceCount, bags: batch.bagCount, edges: plan.readsSurroundings ? edgeCount(batch) : 0)
    values[0] = UnsafeMutablePointer(mutating: batch.instances)
    if let labels = batch.labels { values[1] = UnsafeMutablePointer(mutating: labels) }
    if plan.readsSurroundings { gatherSurroundings(of: batch) }
    plan.steps.withUnsafeBufferPointer { steps in
      var pass = OperationPass(self, batch)
      var arguments = UnsafePointer(arguments)
      for index in 0..<steps.count {
        pass.enter(steps[index].place, arguments)
        Scalar.forward(operations + index, pass)
        arguments += steps[index].place.argumentCount
      }
    }
  }

  /// Allocates memory for the entries of sparse instances.
  func reserve(sparseEntries entries: Int) {
    if entries > sparseColumns.capacity || sparseColumns.width == 0 {
      sparseColumns = SparseColumns(width: plan.nodes[0].columns, entries: entries)
      reservations += 1
    }
  }

  /// Computes the gradient of the first output with respect to all parameters, after ``forward(_:)``.
  ///
  /// It may overwrite values of instances; with an ``optimiser`` it updates some weights.
  func backward(_ batch: Batch<Scalar>) {
    let batch = keepWinners(of: batch)
    gradients[plan.outputs[0]][0] = 1
    plan.steps.withUnsafeBufferPointer { steps in
      var pass = OperationPass(self, batch)
      var arguments = UnsafePointer(arguments) + argumentCount
      for index in stride(from: steps.count - 1, through: 0, by: -1) {
        arguments -= steps[index].place.argumentCount
        guard steps[index].needsGradient else { continue }
        pass.enter(steps[index].place, arguments)
        Scalar.backward(operations + index, pass)
      }
    }
  }

  /// Returns the number of rows of a kind in a batch.
  @inline(__always)
  func rowCount(_ rows: RowKind, _ batch: Batch<Scalar>) -> Int {
    switch rows {
    case .single: 1
    case .bags: batch.bagCount
    case .slots(let count): batch.bagCount * count
    case .instances: batch.instanceCount
    case .pairs(let list): pairs[list].starts[batch.instanceCount]
    }
  }
}
