import MILData

/// Anything that fits on bags and scores bags.
///
/// One object serves one trial: it is made, fitted once, and then scores. It never sees test bags before it is asked to
/// score them, reads no files and splits no data.
public protocol BagClassifier: AnyObject {
  /// Whether scores are probabilities of the positive label, called positive from 0.5 on; otherwise they are signed
  /// decision values, called positive from 0 on.
  var scoresAreProbabilities: Bool { get }

  /// Fits on the training bags.
  ///
  /// - Throws: ``TrainingDiverged`` when the loss is no longer a number; other errors when the bags cannot be fitted.
  func fit(_ training: BagDataset, _ context: FitContext) throws -> FitSummary

  /// One score for each bag, larger for more positive.
  func score(_ bags: BagDataset) throws -> [Double]

  /// For each instance how much it counts in its bag's score; nil for models that have no such weights.
  func instanceWeights(_ bags: BagDataset) throws -> [Double]?

  /// Whether ``instanceWeights(_:)`` are scores of the instances themselves rather than shares in a bag's score.
  var instanceWeightsAreScores: Bool { get }

  /// About how many bytes a fit and the scoring after it take at their most; twice the features of all bags unless said.
  ///
  /// A trial that would take more than there is fails before it starts, since without memory the whole process ends.
  func memory(training: BagShape, scoring: BagShape) throws -> Double

  /// What the fit found, as ``restore(_:)`` takes it: all that scores follow from beside the configuration.
  ///
  /// - Throws: ``ModelError`` before the fit, and for models that cannot be kept.
  func fittedState() throws -> ModelState

  /// Takes over what another object with the same configuration found; scores are then the same bit for bit.
  ///
  /// - Throws: ``ModelError`` where the state is not one of this configuration.
  func restore(_ state: ModelState) throws
}

extension BagClassifier {
  /// The score from which on a bag is called positive.
  public var decisionThreshold: Double { scoresAreProbabilities ? 0.5 : 0 }

  /// No weights.
  public func instanceWeights(_ bags: BagDataset) throws -> [Double]? { nil }

  /// Weights are shares.
  public var instanceWeightsAreScores: Bool { false }

  /// Refuses, for models that keep their fit elsewhere.
  public func fittedState() throws -> ModelState { throw ModelError.notKept }

  /// Refuses, for models that keep their fit elsewhere.
  public func restore(_ state: ModelState) throws { throw ModelError.notKept }
}

extension BagDataset {
  /// Refuses bags with another number of features than a model was fitted on.
  func requireFeatures(_ fitted: Int) throws {
    guard featureCount == fitted else {
      throw ModelError("bags have \(featureCount) features, the model was fitted on \(fitted)")
    }
  }
}

/// What a model is told when it is fitted, besides the bags.
public struct FitContext {
  /// Decides everything random in the fit.
  public var seed: UInt64
  /// The repetition of the cross-validation, from 1; nil for fits within another, and outside of one.
  public var repetition: Int?
  /// The fold that is tested, from 1; nil likewise.
  public var fold: Int?
  /// Called at the end of each epoch; models without epochs never call it.
  public var epochFinished: (EpochReport) throws -> Void
  /// Where the training bags come from, where other trials take theirs from the same bags.
  public var origin: BagOrigin?
  /// Called with a line on what the fit is about to take, such as much memory.
  public var announce: (String) -> Void = { _ in }

  /// A context with a seed and, if wanted, an observer.
  public init(
    seed: UInt64, origin: BagOrigin? = nil, epochFinished: @escaping (EpochReport) throws -> Void = { _ in }
  ) {
    self.seed = seed
    self.origin = origin
    self.epochFinished = epochFinished
  }
}

/// The state of a fit at the end of an epoch.
public struct EpochReport {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The mean loss over the epoch's bags, each taken at the step that saw it.
  public var loss: Float
  /// Scores bags with the parameters as they are now.
  public var score: (BagDataset) throws -> [Double]
}

/// What a fit cost and found.
public struct FitSummary: Sendable, Equatable {
  /// The number of trained scalars.
  public var parameters: Int
  /// The number of optimiser steps, 0 for models in closed form.
  public var steps: Int
  /// What a reader of the journal should know, for example hyperparameters that were chosen.
  public var notes: [String: String]

  /// A summary.
  public init(parameters: Int, steps: Int = 0, notes: [String: String] = [:]) {
    self.parameters = parameters
    self.steps = steps
    self.notes = notes
  }
}

/// A fit whose loss or scores are no longer numbers.
public struct TrainingDiverged: Error, Equatable, CustomStringConvertible {
  /// The epoch in which it was seen, from 1.
  public let epoch: Int

  /// One line for the journal.
  public var description: String { "the loss is not a number in epoch \(epoch)" }

  /// A divergence seen in `epoch`.
  public init(epoch: Int) { self.epoch = epoch }
}
