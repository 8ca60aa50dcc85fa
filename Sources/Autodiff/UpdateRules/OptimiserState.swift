import LinearAlgebra

/// The running means an optimiser keeps, and its steps; one for each training run.
///
/// A step is ``begin()``, then ``follow(_:)`` for each of the weights whose gradient is followed as it is made, then
/// ``finish()`` for all other parameters.
final class OptimiserState<Scalar: KernelScalar> {
  private let optimiser: Optimiser
  private var rule: any UpdateRule
  private let parameters: ParameterStore<Scalar>
  private let means: AlignedStorage<Scalar>
  /// What ``finish()`` moves.
  private let others: [TrainedRange<Scalar>]
  private(set) var steps = 0

  /// The state before the first step; `followed` are the parameters that are moved by ``follow(_:)``.
  init(_ optimiser: Optimiser, _ parameters: ParameterStore<Scalar>, followed: Set<Int> = []) {
    self.optimiser = optimiser
    self.parameters = parameters
    rule = optimiser.method.rule.init(optimiser, Scalar.self == Float.self ? .single : .double)
    means = AlignedStorage(count: rule.meanCount * parameters.trainedCount)
    others = parameters.trainedRanges(without: followed, joined: rule.treatsScalarsSeparately)
  }

  /// Moves all parameters one step along their gradients, where none is followed by itself.
  func step() {
    begin()
    finish()
  }

  /// Starts a step.
  func begin() {
    let rate = optimiser.learningRate / (1 + optimiser.timeDecay * Double(steps))
    steps += 1
    rule.begin(rate: rate)
  }

  /// Moves the parameters whose gradients are in the store, and ends the step.
  func finish() {
    for part in others {
      Scalar.move(rule, scalars(part.range.lowerBound, part.range.count, part.gradient, decays: part.decays))
    }
  }

  /// Moves a weight matrix along its gradient in the store.
  func follow(_ index: Int) { Scalar.move(rule, scalars(of: index)) }

  /// Moves a weight matrix along a gradient that is made on the way.
  func follow(_ index: Int, _ gradient: ProductGradient<Scalar>) {
    Scalar.move(rule, scalars(of: index), along: gradient)
  }

  /// Moves the rows of a weight matrix that meet other inputs than 0 along a gradient that is made on the way.
  func follow(_ index: Int, _ gradient: SparseProductGradient<Scalar>) {
    Scalar.move(rule, scalars(of: index), along: gradient)
  }

  /// Whether a parameter moves even where its gradient is 0 throughout the training.
  func decays(_ index: Int) -> Bool { optimiser.weightDecay > 0 && parameters.descriptions[index].decays }

  private func scalars(of index: Int) -> MovedScalars<Scalar> {
    scalars(
      parameters.offsets[index], parameters.descriptions[index].count, parameters.gradient(index),
      decays: parameters.descriptions[index].decays)
  }

  private func scalars(
    _ start: Int, _ count: Int, _ gradient: UnsafeMutablePointer<Scalar>, decays: Bool
  ) -> MovedScalars<Scalar> {
    MovedScalars(
      count: count, gradient: UnsafePointer(gradient), values: parameters.values.baseAddress + start, decays: decays,
      means: means.baseAddress + start, stride: parameters.trainedCount)
  }
}
