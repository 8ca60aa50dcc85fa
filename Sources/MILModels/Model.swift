import UserInput
import MILBags
import MILRecords

/// A model with its parameters: what a model id can set, and how it is fitted.
///
/// The stored properties are the parameters and their values the defaults. They are numbers, texts, or true and false, or
/// structures of these. A model never sees test bags, reads no files and splits no data. Around it the number of features,
/// the number of scores, their range and their finiteness are checked, and bags to score come without labels and names.
public protocol Model: Codable, Sendable, Equatable {
  /// The defaults.
  init()

  /// What the harness may know of the model before a fit.
  var traits: ModelTraits { get }

  /// Refuses values outside their range.
  ///
  /// - Throws: ``ConfigurationError`` naming the parameter, what was found and what was expected.
  func validate() throws

  /// Fits on the training bags.
  ///
  /// - Throws: ``TrainingDiverged`` when the loss is no longer a number; other errors when the bags cannot be fitted.
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel

  /// The fit whose state was kept; its scores are the same bit for bit.
  ///
  /// - Throws: ``ModelError`` where the state is not one of these parameters.
  func fitted(from state: ModelState) throws -> any FittedModel

  /// About how many bytes a fit and the scoring after it take at their most; twice the features of all bags unless said.
  ///
  /// A trial that would take more than there is fails before it starts, since without memory the whole process ends.
  func memory(training: BagShape, scoring: BagShape) throws -> Double

  /// Names of parameters that the model had not when its results were recorded.
  ///
  /// At their defaults they are left out of what records say of the configuration, so that these records stay current.
  static var laterParameters: Set<String> { get }
}

extension Model {
  /// The safe answers.
  public var traits: ModelTraits { ModelTraits() }

  /// Accepts everything.
  public func validate() throws {}

  /// Refuses, for models that keep no state.
  public func fitted(from state: ModelState) throws -> any FittedModel { throw ModelError.notKept }

  /// None.
  public static var laterParameters: Set<String> { [] }
}

/// What the harness may know of a model before a fit; the defaults are the safe answers.
public struct ModelTraits: Sendable, Equatable {
  /// The meaning of bag scores.
  public enum Scores: String, Codable, Sendable, CaseIterable {
    /// Probabilities of the positive label, called positive from 0.5 on.
    case probabilities
    /// Signed decision values, called positive from 0 on.
    case decisions

    /// The score from which on a bag is called positive.
    package var threshold: Double { self == .probabilities ? 0.5 : 0 }
  }

  /// The meaning of bag scores.
  package var scores: Scores
  /// What a fit decides and by which means, as half a sentence for lists: "all weights, by gradient".
  public var trained: String
  /// What bags may have as targets.
  public var targets: Set<Targets.Kind> = [.twoClasses]
  /// Whether all seeds give one result.
  public var isDeterministic = false
  /// Whether a fit compares every two instances, so that its cost grows with the square of their number.
  public var comparesAllInstances = false
  /// Whether scores depend on the order of a bag's instances, as those of positions in a sequence do.
  public var readsOrder = false
  /// The parameter, a whole number, over which one fit is a path: a fit with the largest value reports, as its epochs, the
  /// fits with all smaller ones.
  public var path: String?
  /// Whether the epochs are those of a part of the model, such as a network before a classifier, so that none is reported.
  public var epochsAreOfAPart = false
  /// The number of inner folds by which a search chooses parameters.
  public var innerFolds = Self.usualInnerFolds

  /// The number of inner folds where a model says nothing.
  public static let usualInnerFolds = 5

  /// Traits; what is not set is the safe answer.
  public init(scores: Scores = .probabilities, trained: String = "not declared") {
    self.scores = scores
    self.trained = trained
  }
}

/// A fitted model: a value that scores bags.
public protocol FittedModel: Sendable {
  /// The predictions for each bag, bag after bag: of two classes one score, larger for more positive (see
  /// ``ModelTraits/scores``), of other tasks ``/MILBags/BagTask/predictionColumns`` numbers.
  func predict(_ bags: BagDataset) throws -> [Double]

  /// For each instance how much it counts in its bag's score; nil where the model has no such numbers.
  func relevance(_ bags: BagDataset) throws -> InstanceRelevance?

  /// All that scores follow from beside the parameters, as ``Model/fitted(from:)`` takes it; nil where it cannot be kept.
  var state: ModelState? { get }

  /// What the fit cost and found.
  var summary: FitSummary { get }
}

extension FittedModel {
  /// None.
  public func relevance(_ bags: BagDataset) throws -> InstanceRelevance? { nil }

  /// None.
  public var state: ModelState? { nil }
}

/// A parameter that a model does not have or cannot take.
public typealias ConfigurationError = UserInput.ConfigurationError

/// What a model is told when it is fitted, besides the bags.
public struct FitContext {
  /// Decides everything random in the fit.
  public var seed: UInt64
  /// The repetition of the cross-validation, from 1; nil for fits within another, and outside of one.
  public var repetition: Int?
  /// The fold that is tested, from 1; nil likewise.
  public var fold: Int?
  /// Called at the end of each epoch; models without epochs never call it.
  package var epochFinished: (EpochReport) throws -> Void
  /// What trials on the same bags share, where some do.
  public var shared: SharedBags?
  /// Called with a line on what the fit is about to take, such as much memory.
  public var announce: (String) -> Void = { _ in }

  /// A context with a seed and, if wanted, an observer.
  public init(
    seed: UInt64, shared: SharedBags? = nil, epochFinished: @escaping (EpochReport) throws -> Void = { _ in }
  ) {
    self.seed = seed
    self.shared = shared
    self.epochFinished = epochFinished
  }
}

/// The state of a fit at the end of an epoch.
public struct EpochReport {
  /// The number of the epoch, from 1.
  package var epoch: Int
  /// The mean loss over the epoch's bags, each taken at the step that saw it.
  package var loss: Float
  /// Scores bags with the parameters as they are now.
  package var score: (BagDataset) throws -> [Double]

  /// A report.
  package init(epoch: Int, loss: Float, score: @escaping (BagDataset) throws -> [Double]) {
    self.epoch = epoch
    self.loss = loss
    self.score = score
  }
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
  public init(parameters: Int = 0, steps: Int = 0, notes: [String: String] = [:]) {
    self.parameters = parameters
    self.steps = steps
    self.notes = notes
  }
}

/// A fit whose loss or scores are no longer numbers.
package struct TrainingDiverged: Error, Equatable, CustomStringConvertible {
  /// The epoch in which it was seen, from 1.
  package let epoch: Int

  /// One line for the journal.
  package var description: String { "the loss is not a number in epoch \(epoch)" }

  /// A divergence seen in `epoch`.
  package init(epoch: Int) { self.epoch = epoch }
}
