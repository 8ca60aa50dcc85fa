import MILBags
import MILRecords
import UserInput

/// A fitted model with all that its scores depend on and that a reader should know of it: what a model file holds.
public struct KeptModel {
  /// What a model file says about its model.
  public struct Description: Codable, Sendable, Equatable {
    /// The model id, as it was asked for.
    public var model: String
    /// What papers and tables call it.
    public var title: String
    /// Whom to cite.
    public var citation: String
    /// All parameters by name; those that were chosen by a search as they were chosen.
    public var parameters: [String: String]
    /// The protocol that gave parameters and standardisation.
    public var `protocol`: String
    /// The master seed, in decimal.
    public var seed: String
    /// The name of the training bags.
    public var dataset: String
    /// The fingerprint of the training bags; see ``/MILBags/BagDataset/fingerprint``.
    public var fingerprint: String
    /// The number of training bags.
    public var bags: Int
    /// The number of their instances.
    public var instances: Int
    /// The number of features of an instance.
    public var features: Int
    /// The name of each feature, where the training bags have them.
    package var featureNames: [String]?
    /// The id of the task; nil for two classes.
    public var task: String?
    /// What the negative and the positive label are called, or several classes in their order; none where there are no
    /// classes.
    public var classNames: [String]
    /// How the training bags were read, for bags of the same kind; nil in files of older versions.
    public var reading: ReadOptions?
    /// What was decided about the file of the training bags; nil in files of older versions.
    public var decisions: [ReadDecision]?
    /// The score from which on a bag is called positive.
    public var threshold: Double
    /// Whether scores are probabilities of the positive label.
    public var scoresAreProbabilities: Bool
    /// The version of the program that trained the model.
    public var version: String
    /// What the fit recorded, for example hyperparameters that were chosen.
    public var notes: [String: String]

    /// What is to be known of a model that was fitted.
    ///
    /// - Parameters:
    ///   - trained: the fitted model.
    ///   - bags: the training bags, before standardisation.
    ///   - classNames: what their negative and positive label are called, or several classes; of no use where targets are no
    ///     classes.
    ///   - protocol: the name of the protocol that gave parameters and standardisation.
    ///   - seed: the master seed.
    ///   - version: that of the program that trained the model.
    public init(
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
      task = trained.task is TwoClasses ? nil : type(of: trained.task).id
      self.classNames = bags.targets.classCount > 0 ? classNames : []
      reading = bags.reading.map { $0.options.remembered(features: bags.featureNames) }
      decisions = bags.reading?.decisions
      threshold = trained.threshold
      scoresAreProbabilities =
        trained.model.traits.scores == .probabilities && trained.task.predictsProbabilities
      self.version = version
      notes = trained.summary.notes
    }

    /// What contradicts the meaning of the parts, as half a sentence; nil for a sound description.
    var problem: String? {
      if !(1...Int(Int32.max)).contains(features) { return "\(features) features, expected 1 or more" }
      if let featureNames, featureNames.count != features {
        return "\(featureNames.count) feature names for \(features) features"
      }
      if task == nil, classNames.count != 2 { return "\(classNames.count) class names, expected 2" }
      return threshold.isFinite ? nil : "a threshold that is no number"
    }
  }

  /// What is to be known of the model.
  public let description: Description
  /// What features go through before the model sees them; nil where they stay as they are.
  public let standardiser: Standardiser?
  /// The fitted model, which takes standardised bags.
  package let trained: TrainedModel
  /// What makes probabilities of its scores; nil where scores are left as they are.
  public let calibration: ScoreCalibration?

  /// A model from its parts.
  public init(
    description: Description, standardiser: Standardiser?, trained: TrainedModel, calibration: ScoreCalibration? = nil
  ) {
    self.description = description
    self.standardiser = standardiser
    self.trained = trained
    self.calibration = calibration
  }

  /// The predictions for each bag, ``columns`` numbers bag after bag, of a data set whose features are as they were before standardisation.
  ///
  /// - Throws: ``ModelError`` where the features are not those that the model was trained on, in number or name, or a
  ///   score is not a number.
  public func scores(_ bags: BagDataset) throws -> [Double] {
    do {
      return try trained.predict(prepared(bags))
    } catch is TrainingDiverged {
      throw ModelError("a bag's score is not a finite number, expected features like those of \(description.dataset)")
    }
  }

  /// What the model says about each instance; see ``InstanceRelevance``.
  ///
  /// - Throws: as ``scores(_:)``.
  package func relevance(_ bags: BagDataset) throws -> InstanceRelevance {
    try trained.relevance(prepared(bags))
  }

  /// The task that was fitted.
  public var task: any BagTask { trained.task }

  /// The number of numbers that are predicted of a bag.
  public var columns: Int { task.predictionColumns }

  /// The class that each bag is called, of its predictions bag after bag; nil where there are no classes.
  public func classes(called predictions: [Double]) -> [Int]? {
    task.classes(called: predictions, threshold: description.threshold)
  }

  /// What each bag is called; nil where there are no classes.
  public func labels(called predictions: [Double]) -> [String]? {
    classes(called: predictions)?.map { description.classNames[$0] }
  }

  /// What each number that is predicted of a bag is called: of several classes by their names.
  package var columnTitles: [String] {
    columns == description.classNames.count && columns > 1
      ? description.classNames
      : columns == 1
        ? [task.targetKind.predictionTitle] : (1...columns).map { "\(task.targetKind.predictionTitle) \($0)" }
  }

  /// How good predictions are for bags whose targets are known: the leading metric of the task, and the number of bags
  /// called right where there are classes; nil for targets of another kind.
  package func quality(_ predictions: [Double], _ targets: Targets) -> (metric: Metric, value: Double?, right: Int?)? {
    guard targets.kind == task.targetKind, targets.classCount == (task as? SeveralClasses)?.count ?? targets.classCount,
      let metric = [Metric].standard.first(where: { $0.kinds.contains(targets.kind) })
    else { return nil }
    let calls = classes(called: predictions)
    let outputs = (0..<columns).map { column in
      stride(from: column, to: predictions.count, by: columns).map { predictions[$0] }
    }
    var right: Int?
    if case .classes(let labels, _) = targets { right = calls.map { zip($0, labels).count { $0 == $1 } } }
    let outcomes = Outcomes(
      targets: targets, outputs: outputs, calls: calls ?? [], areProbabilities: description.scoresAreProbabilities)
    return (metric, metric.value(outcomes), right)
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

  /// The bags with their features in the order of the training bags', matched by name where both have names.
  private func inOrder(_ bags: BagDataset) throws -> BagDataset {
    guard let names = bags.featureNames, let known = description.featureNames, names != known else { return bags }
    let places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    let order = try known.map { name in
      guard let place = places[name] else {
        throw ModelError(
          "data set \(bags.name): no feature \"\(name)\" among its features, expected those that the model was trained on"
        )
      }
      return place
    }
    guard places.count == names.count, Set(order).count == order.count else {
      throw ModelError("data set \(bags.name): two features have one name, expected those of the model in its order")
    }
    return bags.selecting(features: order)
  }
}
