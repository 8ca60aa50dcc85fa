import LinearAlgebra

/// The running means of an optimiser, and its steps; one for each training run.
///
/// A step is ``begin()``, then ``follow(_:)`` for each weight matrix that is updated as soon as its gradient is
/// computed, then ``finish()`` for all other parameters.
final class OptimiserState<Scalar: KernelScalar> {
  private let optimiser: Optimiser
  private var rule: any FusedUpdateRule
  private let parameters: ParameterStore<Scalar>
  private let means: AlignedStorage<Scalar>
  /// The parameters that ``finish()`` updates.
  private let others: [TrainedRange<Scalar>]
  /// Frozen parameters that follow learned ones, as positions in the store.
  private let followers: [(follower: Int, leader: Int, keeping: Scalar)]
  private(set) var steps = 0

  /// Creates the state before the first step; `followed` are the parameters updated by ``follow(_:)``.
  init(_ optimiser: Optimiser, _ parameters: ParameterStore<Scalar>, followed: Set<Int> = []) {
    self.optimiser = optimiser
    self.parameters = parameters
    rule = optimiser.method.rule.init(optimiser, Scalar.self == Float.self ? .single : .double).fused
    means = AlignedStorage(count: rule.meanCount * parameters.trainedCount)
    others = parameters.trainedRanges(without: followed, joined: rule.treatsScalarsSeparately)
    followers = parameters.descriptions.enumerated().compactMap { index, description in
      guard let following = description.following,
        let leader = parameters.descriptions.firstIndex(where: { $0.name == following.leader })
      else { return nil }
      return (index, leader, Scalar(following.keeping))
    }
  }

  /// Updates all parameters by one step along their gradients, if none is updated separately.
  func step() {
    begin()
    finish()
  }

  /// Starts a step.
  func begin() {
    var rate = optimiser.learningRate / (1 + optimiser.timeDecay * Double(steps))
    if optimiser.cosineSteps > 0 {
      rate *= (1 + Double.cosine(.pi * min(1, Double(steps) / Double(optimiser.cosineSteps)))) / 2
    }
    steps += 1
    rule.begin(rate: rate)
  }

  /// Updates the parameters whose gradients are in the store, and ends the step.
  func finish() {
    for part in others {
      Scalar.move(rule, scalars(part.range.lowerBound, part.range.count, part.gradient, decays: part.decays))
    }
    for (follower, leader, keeping) in followers {
      let (mean, value) = (parameters.value(follower), parameters.value(leader))
      for index in 0..<parameters.descriptions[follower].count {
        mean[index] = keeping * mean[index] + (1 - keeping) * value[index]
      }
    }
  }

  /// Updates a weight matrix along its gradient in the store.
  func follow(_ index: Int) { Scalar.move(rule, scalars(of: index)) }

  /// Updates a weight matrix along a gradient that is computed on the fly.
  func follow(_ index: Int, _ gradient: ProductGradient<Scalar>) {
    Scalar.move(rule, scalars(of: index), along: gradient)
  }

  /// Updates the rows of a weight matrix with nonzero inputs along a gradient that is computed on the fly.
  func follow(_ index: Int, _ gradient: SparseProductGradient<Scalar>) {
    Scalar.move(rule, scalars(of: index), along: gradient)
  }

  /// Returns whether a parameter changes even if its gradient is 0 throughout the training.
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
