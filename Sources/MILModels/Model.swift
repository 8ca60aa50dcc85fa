import UserInput
import MILBags
import MILRecords

/// A model with its parameters, which a model id can set, and its fit.
///
/// The stored properties are the parameters and their values the defaults. They are numbers, texts, booleans, or
/// structures of these. A model never sees test bags, reads no files and splits no data. The harness checks the number
/// of features, and the number, range and finiteness of scores. Bags to score come without labels and names.
public protocol Model: Codable, Sendable, Equatable {
  /// Creates the model with its defaults.
  init()

  /// The properties that the harness may use before a fit.
  var traits: ModelTraits { get }

  /// Throws if a value is outside its range.
  ///
  /// - Throws: ``/UserInput/ConfigurationError`` naming the parameter, the value found and the range expected.
  func validate() throws

  /// Fits the model to the training bags.
  ///
  /// - Throws: ``TrainingDiverged`` if the loss is no longer a number; other errors if the bags cannot be fitted.
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel

  /// Restores a fitted model from its saved state; its scores are identical bit for bit.
  ///
  /// - Throws: ``ModelError`` if the state does not match these parameters.
  func fitted(from state: ModelState) throws -> any FittedModel

  /// Returns the approximate peak memory of a fit and the scoring after it, in bytes; twice the features of all bags by
  /// default.
  ///
  /// A trial that would exceed the budget fails before it starts, since running out of memory ends the whole process.
  func memory(training: BagShape, scoring: BagShape) throws -> Double

  /// Names of parameters that did not exist when the model's results were recorded.
  ///
  /// At their defaults they are left out of the recorded configuration, so that these records stay current.
  static var laterParameters: Set<String> { get }
}

extension Model {
  /// The conservative defaults.
  public var traits: ModelTraits { ModelTraits() }

  /// Accepts all values.
  public func validate() throws {}

  /// Throws, for models that save no state.
  public func fitted(from state: ModelState) throws -> any FittedModel { throw ModelError.notKept }

  /// No names.
  public static var laterParameters: Set<String> { [] }
}

/// The properties of a model that the harness may use before a fit; the defaults are conservative.
public struct ModelTraits: Sendable, Equatable {
  /// The meaning of bag scores.
  public enum Scores: String, Codable, Sendable, CaseIterable {
    /// Probabilities of the positive label; a bag is predicted positive from 0.5 on.
    case probabilities
    /// Signed decision values; a bag is predicted positive from 0 on.
    case decisions

    /// The lowest score of a bag predicted positive.
    package var threshold: Double { self == .probabilities ? 0.5 : 0 }
  }

  /// The meaning of bag scores.
  package var scores: Scores
  /// A description of what a fit decides and how, as half a sentence for lists: "all weights, by gradient".
  package var trained: String
  /// The kinds of targets that the model accepts.
  package var targets: Set<Targets.Kind> = [.twoClasses]
  /// Whether all seeds yield the same result.
  package var isDeterministic = false
  /// Whether a fit compares every two instances, so that its cost grows with the square of their number.
  package var comparesAllInstances = false
  /// Whether scores depend on the order of a bag's instances, as those of positions in a sequence do.
  package var readsOrder = false
  /// The whole-number parameter over which one fit is a path: a fit with the largest value reports, as its epochs, the
  /// fits with all smaller ones.
  package var path: String?
  /// Whether the epochs belong to a part of the model, such as a network before a classifier, so that none is reported.
  package var epochsAreOfAPart = false
  /// Whether initial parameters have a seed of their own, ``FitContext/initialSeed``.
  package var drawsParametersApart = false
  /// Whether instances may be images; false if a feature has a meaning of its own.
  package var takesImages = true
  /// The number of inner folds for choosing parameters by a search.
  package var innerFolds = Self.usualInnerFolds

  /// The default number of inner folds.
  package static let usualInnerFolds = 5

  /// Creates traits; those not set have conservative defaults.
  ///
  /// - Parameters:
  ///   - scores: the meaning of bag scores.
  ///   - trained: a description of what a fit decides and how, as half a sentence for lists, such as "all weights, by
  ///     gradient".
  ///   - targets: the kinds of targets that the model accepts.
  ///   - isDeterministic: whether all seeds yield the same result.
  ///   - comparesAllInstances: whether a fit compares every two instances, so that its cost grows with the square of
  ///     their number.
  ///   - readsOrder: whether scores depend on the order of a bag's instances, as those of positions in a sequence do.
  ///   - path: the whole-number parameter over which one fit is a path: a fit with the largest value reports, as its
  ///     epochs, the fits with all smaller ones.
  ///   - epochsAreOfAPart: whether the epochs belong to a part of the model, such as a network before a classifier, so
  ///     that none is reported.
  ///   - innerFolds: the number of inner folds for choosing parameters by a search.
  public init(
    scores: Scores = .probabilities, trained: String = "not declared", targets: Set<Targets.Kind> = [.twoClasses],
    isDeterministic: Bool = false, comparesAllInstances: Bool = false, readsOrder: Bool = false, path: String? = nil,
    epochsAreOfAPart: Bool = false, innerFolds: Int = 5
  ) {
    self.scores = scores
    self.trained = trained
    self.targets = targets
    self.isDeterministic = isDeterministic
    self.comparesAllInstances = comparesAllInstances
    self.readsOrder = readsOrder
    self.path = path
    self.epochsAreOfAPart = epochsAreOfAPart
    self.innerFolds = innerFolds
  }
}

/// A fitted model: a value that predicts bags.
public protocol FittedModel: Sendable {
  /// Returns the predictions for each bag, bag after bag. With two classes it is one score, larger for more positive
  /// (see ``ModelTraits/scores``), with other tasks ``/MILBags/BagTask/predictionColumns`` numbers.
  func predict(_ bags: BagDataset) throws -> [Double]

  /// Returns the relevance of each instance to its bag's score; nil if the model has none.
  func relevance(_ bags: BagDataset) throws -> InstanceRelevance?

  /// Everything besides the parameters on which scores depend, in the form of ``Model/fitted(from:)``; nil if it cannot
  /// be saved.
  var state: ModelState? { get }

  /// The cost and the notes of the fit.
  var summary: FitSummary { get }
}

extension FittedModel {
  /// Returns nil.
  public func relevance(_ bags: BagDataset) throws -> InstanceRelevance? { nil }

  /// Nil.
  public var state: ModelState? { nil }
}

/// The input of a fit besides the bags.
public struct FitContext {
  /// The seed of everything random in the fit.
  public var seed: UInt64
  /// The seed of a network's initial parameters; nil for ``seed``. Models other than networks ignore it.
  package var initialSeed: UInt64?
  /// The repetition of the cross-validation, from 1; nil for nested fits and outside of a cross-validation.
  package var repetition: Int?
  /// The test fold, from 1; nil likewise.
  package var fold: Int?
  /// Called at the end of each epoch; models without epochs never call it.
  public var epochFinished: (EpochReport) throws -> Void
  /// The work shared by trials on the same bags; nil if there is none.
  public var shared: SharedBags?
  /// Called with a line on the demands of the fit, such as much memory.
  package var announce: (String) -> Void = { _ in }

  /// Creates a context with a seed and an optional observer.
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
  /// The mean loss over the epoch's bags, each computed at its own step.
  package var loss: Float
  /// Scores bags with the current parameters.
  package var score: (BagDataset) throws -> [Double]

  /// Creates a report.
  public init(epoch: Int, loss: Float, score: @escaping (BagDataset) throws -> [Double]) {
    self.epoch = epoch
    self.loss = loss
    self.score = score
  }
}

/// The cost and the notes of a fit.
public struct FitSummary: Sendable, Equatable {
  /// The number of trained scalars.
  package var parameters: Int
  /// The number of optimiser steps; 0 for models in closed form.
  package var steps: Int
  /// Notes for readers of the journal, for example chosen hyperparameters.
  package var notes: [String: String]

  /// Creates a summary.
  public init(parameters: Int = 0, steps: Int = 0, notes: [String: String] = [:]) {
    self.parameters = parameters
    self.steps = steps
    self.notes = notes
  }
}

/// An error of a fit whose loss or scores are no longer numbers.
package struct TrainingDiverged: Error, Equatable, CustomStringConvertible {
  /// The epoch in which the divergence was detected, from 1.
  package let epoch: Int

  /// One line for the journal.
  package var description: String { "the loss is not a number in epoch \(epoch)" }

  /// Creates an error of a divergence detected in `epoch`.
  package init(epoch: Int) { self.epoch = epoch }
}
