import MILBags
import MILRecords
import UserInput

/// A fitted model with everything its scores depend on and its description: the content of a model file.
public struct KeptModel {
  /// The description of a model in a model file.
  package struct Description: Codable, Sendable, Equatable {
    /// The model id, as requested.
    package var model: String
    /// The name in papers and tables.
    package var title: String
    /// The reference to cite.
    package var citation: String
    /// All parameters by name, with the values chosen by a search.
    package var parameters: [String: String]
    /// The protocol that decided parameters and standardisation.
    package var `protocol`: String
    /// The master seed, in decimal.
    package var seed: String
    /// The name of the training bags.
    package var dataset: String
    /// The fingerprint of the training bags; see ``/MILBags/BagDataset/fingerprint``.
    package var fingerprint: String
    /// The number of training bags.
    package var bags: Int
    /// The number of their instances.
    package var instances: Int
    /// The number of features of an instance.
    package var features: Int
    /// The name of each feature; nil if the training bags have none.
    package var featureNames: [String]?
    /// The id of the task; nil for two classes.
    package var task: String?
    /// The names of the negative and the positive label, or of several classes in order; empty if the task has no
    /// classes.
    package var classNames: [String]
    /// The read options of the training bags, for bags of the same kind; nil in files of older versions.
    package var reading: ReadOptions?
    /// The decisions about the file of the training bags; nil in files of older versions.
    package var decisions: [ReadDecision]?
    /// The lowest score of a bag predicted positive.
    package var threshold: Double
    /// Whether scores are probabilities of the positive label.
    package var scoresAreProbabilities: Bool
    /// The version of the program that trained the model.
    package var version: String
    /// The notes of the fit, for example chosen hyperparameters.
    package var notes: [String: String]

    /// Creates the description of a fitted model.
    ///
    /// - Parameters:
    ///   - trained: the fitted model.
    ///   - bags: the training bags, before standardisation.
    ///   - classNames: the names of their negative and positive label, or of several classes; ignored if the targets
    ///     are not classes.
    ///   - protocol: the name of the protocol that decided parameters and standardisation.
    ///   - seed: the master seed.
    ///   - version: the version of the program that trained the model.
    package init(
      _ trained: TrainedModel, trainedOn bags: BagDataset, classNames: [String], protocol: String, seed: UInt64,
      version: String
    ) throws {
      model = trained.model.id
      title = trained.model.title
      citation = trained.model.registration.citation
      parameters = trained.model.parameters
      self.protocol = `protocol`
      self.seed = String(seed)
      dataset = bags.name
      fingerprint = try bags.fingerprint
      self.bags = bags.bagCount
      instances = bags.instanceCount
      features = bags.featureCount
      featureNames = bags.featureNames
      task = BagTasks.name(of: trained.task)
      self.classNames = bags.targets.classCount > 0 ? classNames : []
      reading = bags.reading.map { $0.options.remembered(features: bags.featureNames) }
      decisions = bags.reading?.decisions
      threshold = trained.threshold
      scoresAreProbabilities =
        trained.model.traits.scores == .probabilities && trained.task.predictsProbabilities
      self.version = version
      notes = trained.summary.notes
    }

    /// A contradiction between the parts, as half a sentence; nil for a valid description.
    var problem: String? {
      if !(1...Int(Int32.max)).contains(features) { return "\(features) features, expected 1 or more" }
      if let featureNames, featureNames.count != features {
        return "\(featureNames.count) feature names for \(features) features"
      }
      if task == nil, classNames.count != 2 { return "\(classNames.count) class names, expected 2" }
      return threshold.isFinite ? nil : "a threshold that is no number"
    }
  }

  /// The description of the model.
  package let description: Description
  /// The standardiser of the model's features; nil if they stay as they are.
  package let standardiser: Standardiser?
  /// The fitted model, which takes standardised bags.
  package let trained: TrainedModel
  /// The map from scores to probabilities; nil if scores stay as they are.
  package let calibration: ScoreCalibration?

  /// Creates a model of unstandardised bags, to be written to a file or to score other bags.
  ///
  /// - Parameters:
  ///   - trained: the fitted model.
  ///   - bags: the training bags.
  ///   - classNames: the names of their negative and positive label, or of several classes; ignored if the targets are
  ///     not classes.
  ///   - seed: the seed of the fit.
  public init(
    _ trained: TrainedModel, trainedOn bags: BagDataset, classNames: [String] = ["0", "1"], seed: UInt64
  ) throws {
    self.init(
      description: try Description(
        trained, trainedOn: bags, classNames: classNames, protocol: "none", seed: seed, version: "none"),
      standardiser: nil, trained: trained)
  }

  /// Reads the bytes of a model file.
  ///
  /// - Throws: ``ModelError``, with the content found and expected, for bytes that are not a model file, or if the
  ///   registry does not have the model in its saved form.
  public init(bytes: [UInt8], registry: ModelRegistry) throws {
    self = try ModelFile.model(in: bytes, registry: registry)
  }

  /// Returns the bytes of a model file, as `milbench train` writes it.
  ///
  /// - Throws: ``ModelError`` for a model that cannot be saved.
  public func bytes() throws -> [UInt8] { try ModelFile.bytes(of: self) }

  /// Creates a model from its parts.
  package init(
    description: Description, standardiser: Standardiser?, trained: TrainedModel, calibration: ScoreCalibration? = nil
  ) {
    self.description = description
    self.standardiser = standardiser
    self.trained = trained
    self.calibration = calibration
  }

  /// Returns the predictions for each bag, ``columns`` numbers bag after bag, of a data set with features before
  /// standardisation.
  ///
  /// - Throws: ``ModelError`` if the features differ in number or name from those of the training, or a score is not a
  ///   number.
  public func scores(_ bags: BagDataset) throws -> [Double] {
    do {
      return try trained.predict(prepared(bags))
    } catch is TrainingDiverged {
      throw ModelError("a bag's score is not a finite number, expected features like those of \(description.dataset)")
    }
  }

  /// Returns the relevance of each instance; see ``InstanceRelevance``.
  ///
  /// - Throws: the errors of ``scores(_:)``.
  package func relevance(_ bags: BagDataset) throws -> InstanceRelevance {
    try trained.relevance(prepared(bags))
  }

  /// The fitted task.
  package var task: any BagTask { trained.task }

  /// The number of predicted numbers per bag.
  package var columns: Int { task.predictionColumns }

  /// Returns the predicted class of each bag, from predictions bag after bag; nil if the task has no classes.
  package func classes(called predictions: [Double]) -> [Int]? {
    task.classes(called: predictions, threshold: description.threshold)
  }

  /// Returns the name of each bag's predicted class; nil if the task has no classes.
  package func labels(called predictions: [Double]) -> [String]? {
    classes(called: predictions)?.map { description.classNames[$0] }
  }

  /// The titles of the predicted numbers of a bag; with several classes, their names.
  package var columnTitles: [String] {
    columns == description.classNames.count && columns > 1
      ? description.classNames
      : columns == 1
        ? [task.targetKind.predictionTitle] : (1...columns).map { "\(task.targetKind.predictionTitle) \($0)" }
  }

  /// Returns the quality of predictions for bags with known targets: the leading metric of the task, and with classes
  /// the number of correctly predicted bags. It is nil for targets of another kind.
  package func quality(_ predictions: [Double], _ targets: Targets) -> (metric: Metric, value: Double?, right: Int?)? {
    guard targets.kind == task.targetKind, targets.classCount == task.classCount else { return nil }
    let calls = classes(called: predictions)
    let outputs = (0..<columns).map { column in
      stride(from: column, to: predictions.count, by: columns).map { predictions[$0] }
    }
    var right: Int?
    if let labels = targets.classIndices { right = calls.map { zip($0, labels).count { $0 == $1 } } }
    let outcomes = Outcomes(
      targets: targets, outputs: outputs, calls: calls ?? [], areProbabilities: description.scoresAreProbabilities)
    return (task.leadingMetric, task.leadingMetric.value(outcomes), right)
  }

  private func prepared(_ bags: BagDataset) throws -> BagDataset {
    let expected = description.features
    guard bags.featureCount == expected else {
      throw ModelError(
        "data set \(bags.name): its instances have \(bags.featureCount) features, the model was trained on \(expected)")
    }
    let ordered = try inOrder(bags)
    if standardiser?.fill == nil, try ordered.hasMissingValues {
      throw ModelError(
        "data set \(bags.name): features are missing, and the model knows no means for them, expected none; --missing "
          + "drop-instances leaves their instances out, a model trained with --missing mean keeps means")
    }
    return standardiser?.apply(to: ordered) ?? ordered
  }

  /// Returns the bags with their features in the order of the training bags', matched by name if both have names.
  private func inOrder(_ bags: BagDataset) throws -> BagDataset {
    guard let match = FeatureMatch(of: description.featureNames, among: bags.featureNames) else { return bags }
    if let name = match.missing.first {
      throw ModelError(
        "data set \(bags.name): no feature \"\(name)\" among its features, expected those that the model was trained on"
      )
    }
    guard match.areDistinct else {
      throw ModelError("data set \(bags.name): two features have one name, expected those of the model in its order")
    }
    return bags.selecting(features: match.places)
  }
}
