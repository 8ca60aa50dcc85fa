import LinearAlgebra

/// An argument of a step, in the form that a pass reads.
@usableFromInline
struct PassArgument {
  @usableFromInline let node: Int
  @usableFromInline let shape: VariableShape
  @usableFromInline let flow: GradientFlow

  init(node: Int, shape: VariableShape, flow: GradientFlow) {
    self.node = node
    self.shape = shape
    self.flow = flow
  }
}

/// The inputs and outputs of an operation while it runs on one batch.
///
/// Values are matrices, row after row without gaps. The pass is valid only during the call that receives it.
public struct OperationPass<Scalar: KernelScalar> {
  /// The number of bags.
  @usableFromInline package let bagCount: Int
  /// The first row of each bag and, at the end, the number of instances.
  @usableFromInline package let starts: UnsafePointer<Int>
  /// Whether a backward pass follows.
  public let isTraining: Bool
  /// The shape of the result.
  public private(set) var shape: VariableShape
  @usableFromInline let values: UnsafePointer<UnsafeMutablePointer<Scalar>>
  @usableFromInline let gradients: UnsafePointer<UnsafeMutablePointer<Scalar>>
  @usableFromInline let memories: UnsafePointer<UnsafeMutablePointer<Scalar>>
  /// The lists of pairs of the graph, by their numbers in ``RowKind/pairs(_:)``.
  @usableFromInline let pairs: UnsafePointer<PairPointers>
  @usableFromInline let scratch: UnsafeMutablePointer<Scalar>
  @usableFromInline let scratchColumns: Int
  @usableFromInline var arguments: UnsafePointer<PassArgument>
  @usableFromInline var node: Int
  /// The number of arguments.
  package private(set) var argumentCount = 0
  /// The parameter that the operation may update, or -1.
  private(set) var ownedWeight = -1
  let batch: Batch<Scalar>
  /// Outlives the pass; reference counting would cost time in each step.
  unowned(unsafe) let executor: Executor<Scalar>

  init(_ executor: Executor<Scalar>, _ batch: Batch<Scalar>) {
    bagCount = batch.bagCount
    starts = batch.starts
    isTraining = executor.plan.isTraining
    shape = VariableShape(rows: .single, columns: 1)
    values = UnsafePointer(executor.values)
    gradients = UnsafePointer(executor.gradients)
    memories = UnsafePointer(executor.memories)
    pairs = UnsafePointer(executor.pairs)
    scratch = executor.scratch
    scratchColumns = executor.scratchColumns
    arguments = UnsafePointer(executor.arguments)
    node = 0
    self.batch = batch
    self.executor = executor
  }

  /// Moves on to another step.
  mutating func enter(_ step: StepPlace, _ arguments: UnsafePointer<PassArgument>) {
    self.arguments = arguments
    argumentCount = step.argumentCount
    node = step.result
    shape = step.shape
    ownedWeight = step.ownedWeight
  }

  /// The number of instances.
  package var instanceCount: Int { starts[bagCount] }
  /// The number of rows of the result.
  @inlinable package var rowCount: Int { rowCount(of: shape.rows) }
  /// The number of elements of the result.
  @inlinable public var count: Int { rowCount * shape.columns }

  /// Returns the number of rows of a kind.
  @inlinable public func rowCount(of rows: RowKind) -> Int {
    switch rows {
    case .single: 1
    case .bags: bagCount
    case .slots(let count): bagCount * count
    case .instances: starts[bagCount]
    case .pairs(let list): pairs[list].starts[starts[bagCount]]
    }
  }

  /// Returns the meaning of an argument's rows.
  @inlinable public func rows(_ argument: Int) -> RowKind { arguments[argument].shape.rows }
  /// Returns the number of columns of an argument.
  @inlinable public func columns(_ argument: Int) -> Int { arguments[argument].shape.columns }
  /// Returns the value of an argument.
  @inlinable public func value(_ argument: Int) -> UnsafePointer<Scalar> {
    UnsafePointer(values[arguments[argument].node])
  }
  /// Returns the gradient of an argument, to be filled by ``flow(_:)``.
  @inlinable public func gradient(_ argument: Int) -> UnsafeMutablePointer<Scalar> {
    gradients[arguments[argument].node]
  }
  /// Returns how the gradient of an argument is to be filled.
  @inlinable public func flow(_ argument: Int) -> GradientFlow { arguments[argument].flow }
  /// The value of the result.
  @inlinable public var result: UnsafeMutablePointer<Scalar> { values[node] }
  /// The gradient of the result.
  @inlinable public var slope: UnsafePointer<Scalar> { UnsafePointer(gradients[node]) }
  /// The values saved for the backward pass, with the size given by ``OperationTraits/saves``; in training only.
  @inlinable public var saved: UnsafeMutablePointer<Scalar> { memories[node] }
  /// Returns one of two work rows, 0 and 1, with the width of the widest variable or
  /// ``OperationTraits/scratchColumns``.
  @inlinable public func scratch(_ row: Int) -> UnsafeMutablePointer<Scalar> { scratch + row * scratchColumns }
  /// Returns the source instance of each pair of a list, a row of the batch.
  package func sources(ofPairs list: Int) -> UnsafePointer<Int32> { UnsafePointer(pairs[list].sources) }
  /// Returns the first pair of each instance as a target and, at the end, the number of pairs of a list.
  package func starts(ofPairs list: Int) -> UnsafePointer<Int> { UnsafePointer(pairs[list].starts) }
  /// Returns whether an argument is the instances of the batch themselves.
  func isInput(_ argument: Int) -> Bool { arguments[argument].node == 0 }
  /// Returns the next word of the graph's random numbers, which only training uses.
  func nextRandom() -> UInt64 { executor.dropoutGenerator.next() }
  /// Calls `body` with the generator of the graph's random numbers, for many numbers at once.
  func withRandom(_ body: (inout RandomGenerator) -> Void) {
    // Each access to the executor's own generator costs more than a number.
    var generator = executor.dropoutGenerator
    body(&generator)
    executor.dropoutGenerator = generator
  }

  /// Calls `body` for each row of a kind with its number and its bag.
  @inlinable @inline(__always)
  package func forEachRow(_ rows: RowKind, _ body: (_ row: Int, _ bag: Int) -> Void) {
    switch rows {
    case .single: body(0, 0)
    case .bags: for bag in 0..<bagCount { body(bag, bag) }
    case .slots, .instances, .pairs:
      for bag in 0..<bagCount {
        for row in rowRange(of: rows, inBag: bag) { body(row, bag) }
      }
    }
  }

  /// Returns the rows of a kind that belong to a bag.
  @inlinable @inline(__always)
  package func rowRange(of rows: RowKind, inBag bag: Int) -> Range<Int> {
    switch rows {
    case .single: 0..<1
    case .bags: bag..<bag + 1
    case .slots(let count): bag * count..<(bag + 1) * count
    case .instances: starts[bag]..<starts[bag + 1]
    case .pairs(let list): pairs[list].starts[starts[bag]]..<pairs[list].starts[starts[bag + 1]]
    }
  }

  /// Calls `body` for each group of an argument's rows: the instances or slots of a bag, or the pairs of a target,
  /// which may be none.
  @inlinable @inline(__always)
  public func forEachGroup(of argument: Int, _ body: (_ group: Int, _ rows: Range<Int>) -> Void) {
    var (groups, length, starts) = (bagCount, 1, UnsafePointer<Int>?.none)
    switch rows(argument) {
    case .single, .bags: groups = rowCount(of: rows(argument))
    case .slots(let count): length = count
    case .instances: starts = self.starts
    case .pairs(let list): (groups, starts) = (self.starts[bagCount], UnsafePointer(pairs[list].starts))
    }
    for group in 0..<groups {
      let first = starts?[group] ?? group * length
      body(group, first..<(starts?[group + 1] ?? first + length))
    }
  }

  /// Calls `body` with consecutive ranges that cover 0 ..< count; cores without other work share many elements.
  ///
  /// - Parameters:
  ///   - count: the number of items, such as rows.
  ///   - cost: the number of elements of an item.
  ///   - body: called once for each range, possibly at the same time.
  @inlinable @inline(__always)
  func divide(_ count: Int, cost: Int = 1, _ body: (_ range: Range<Int>) -> Void) {
    // Small batches, most of all, do not even look up the number of cores.
    if count * cost < 1 << 18 { body(0..<count) } else { divideLarge(count, cost, body) }
  }

  @usableFromInline @inline(never)
  func divideLarge(_ count: Int, _ cost: Int, _ body: (_ range: Range<Int>) -> Void) {
    Cores.divide(count, cost: cost, body)
  }

  /// Calls `body` for each bag with the rows of its instances.
  @inlinable @inline(__always)
  package func forEachBag(_ body: (_ bag: Int, _ rows: Range<Int>) -> Void) {
    for bag in 0..<bagCount { body(bag, starts[bag]..<starts[bag + 1]) }
  }

  /// Fills the gradient of an argument of the result's shape with `value(i)` for each element i.
  @inlinable @inline(__always)
  public func fill(_ argument: Int, _ value: (_ element: Int) -> Scalar) {
    let (target, flow) = (gradient(argument), flow(argument))
    if flow == .none { return }
    divide(count) { range in
      if flow == .store {
        for i in range { target[i] = value(i) }
      } else {
        for i in range { target[i] += value(i) }
      }
    }
  }

  /// Stores or adds `value(i)` for i in 0 ..< count.
  @inlinable @inline(__always)
  package func fill(
    _ target: UnsafeMutablePointer<Scalar>, _ count: Int, _ flow: GradientFlow, _ value: (Int) -> Scalar
  ) {
    switch flow {
    case .none: break
    case .store: for i in 0..<count { target[i] = value(i) }
    case .add: for i in 0..<count { target[i] += value(i) }
    }
  }

  /// Clears the gradient of an argument to which the code below only adds, if this is the first contribution.
  @inlinable @inline(__always)
  public func clear(_ argument: Int) {
    if flow(argument) == .store {
      gradient(argument).update(repeating: 0, count: rowCount(of: rows(argument)) * columns(argument))
    }
  }
}
