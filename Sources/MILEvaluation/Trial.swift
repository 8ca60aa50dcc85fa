import Foundation
import LinearAlgebra
import MILBags
import MILModels
import MILRecords
import UserInput

/// The unit of work: one model fitted on all folds except one and scored on that one.
package struct Trial: WorkUnit {
  let experiment: String
  let data: PreparedDataset
  let model: ResolvedModel
  let protocolName: String
  let settings: ProtocolSettings
  let folds: FoldAssignment
  let repetition: Int
  let fold: Int
  let core: String
  /// The number of weights that a fit learns; nil unless it follows from the parameters.
  var weightCount: Int?

  /// The identity of the trial in a journal.
  package var key: TrialKey {
    TrialKey(
      dataset: data.name, model: model.id, protocol: protocolName, repetition: repetition, fold: fold)
  }

  /// A rough measure of the work: instances of all bags x weights (at least the features) x fits x epochs.
  package var roughCost: Double {
    let epochs = model.parameters["epochs"].flatMap { Double($0) } ?? 1
    let weights = Double(max(weightCount ?? 0, data.shape.features, 1))
    return Double(max(data.shape.instances, 1)) * weights * Double(model.fitCount) * max(epochs, 1)
  }

  /// Returns the record of this trial before it has run.
  package func emptyRecord() throws -> TrialRecord {
    var record = TrialRecord(
      experiment: experiment, dataset: data.name, dataHash: data.fingerprint, model: model.id,
      configuration: model.configuration, protocol: protocolName, protocolSettings: try settings.canonical,
      repetition: repetition, fold: fold, foldsHash: folds.hash(repeat: foldRepetition), status: .failed,
      seed: String(seed, radix: 16), version: MILBenchVersion.current, core: core)
    record.seedName = data.seedName == data.name ? nil : data.seedName
    record.foldsSource = folds.scheme == .given ? folds.source : nil
    (record.title, record.family) = (model.title, model.registration.title)
    record.recipe = rulesName == EvaluationProtocol.asPublished.rawValue ? model.registration.published.note : nil
    record.code = model.registration.dependsOnBuild ? RunningProgram.digest : nil
    record.task = data.task
    return record
  }

  /// The name of the rules, without the change to training bags.
  private var rulesName: String { String(protocolName.prefix { $0 != "[" }) }

  /// The seed of everything random in the trial: it depends on what the trial is, not on when it is run.
  ///
  /// The change to training bags does not enter, so that the points of a curve differ by the change alone.
  var seed: UInt64 { seed(of: variation.trainingRepetition(of: repetition)) }

  /// The seed of initial parameters; nil if it is ``seed``.
  var initialSeed: UInt64? {
    let own = variation.initialRepetition(of: repetition)
    return own == variation.trainingRepetition(of: repetition) ? nil : seed(of: own)
  }

  /// The part of the trial that differs between repetitions.
  private var variation: RepetitionVariation { settings.varies ?? .all }

  /// The repetition whose folds the trial has.
  private var foldRepetition: Int { settings.foldRepetition(of: repetition) }

  private func seed(of repetition: Int) -> UInt64 {
    Seed.derive(from: settings.seed, ["trial", data.seedName, model.id, rulesName, String(repetition), String(fold)])
  }

  /// The seed of the change to the training bags, the same for all models.
  var changeSeed: UInt64 {
    Seed.derive(from: settings.seed, ["training change", data.seedName, String(foldRepetition), String(fold)])
  }

  /// Runs the trial; a fit that diverges or fails is recorded as such.
  ///
  /// Bags are scored without labels and names. Models from outside the harness get training and test bags in an order
  /// drawn from the trial's seed; the record has them in the data set's order.
  /// - Parameters:
  ///   - memory: the memory budget of the trial; a model that needs more fails.
  ///   - announce: called with a line on the demands of the fit, such as much memory.
  package func run(
    in memory: MemoryBudget = .available, announce: @escaping (String) -> Void = { _ in }
  ) throws -> TrialRecord {
    var record = try emptyRecord()
    let testBags = folds.testBags(repeat: foldRepetition, fold: fold)
    let all = folds.trainingBags(repeat: foldRepetition, fold: fold)
    let change = settings.change ?? TrainingChange()
    // A model that fails while acquiring labels is recorded like one that fails later.
    let asked = Result { try change.reasonAgainst(data.targets) == nil ? labelledBags(among: all) : all }
    let trainingBags = (try? asked.get()) ?? all
    let (clean, test) = try data.split(training: trainingBags, test: testBags)
    let (training, flipped) = try change.flipping(clean, trainingBags, seed: changeSeed)
    record.bags = testBags
    record.targets = test.targets
    record.reading = test.reading?.decisions.map(\.withoutNames)
    record.trainingBags = training.bagCount
    record.trainingPositives = test.targets.kind == .twoClasses ? training.positiveBagCount : nil
    if settings.change != nil {
      record.notes["changed"] =
        "\(trainingBags.count) of \(all.count) training bags, \(flipped) of their labels flipped"
    }
    if let name = training.onlyClass { record.notes["training bags"] = "all \(name)" }
    do {
      if let reason = change.reasonAgainst(test.targets) ?? reasonAgainstVariation { throw reason }
      _ = try asked.get()
      try fit(on: training, data.shared(ofTraining: trainingBags), test, memory, announce, into: &record)
      record.status = .finished
    } catch let error as NotApplicable {
      (record.status, record.message) = (.notApplicable, error.description)
    } catch let error as TrainingDiverged {
      record.status = .diverged
      record.message = error.description
      record.dropPredictions()
    } catch {
      record.status = .failed
      let reason = training.onlyClass.map { "; the training bags of the fold (\(training.bagCount)) are all \($0)" }
      record.message = "\(error)" + (reason ?? "")
      record.dropPredictions()
    }
    record.ended = Date().timeIntervalSince1970
    return record
  }

  /// The reason why the variation does not apply to the model; nil if it does.
  private var reasonAgainstVariation: NotApplicable? {
    guard variation.keepsFolds, !model.traits.drawsParametersApart else { return nil }
    return NotApplicable(
      "\(RepetitionVariation.parameter)=\(variation.rawValue) needs a network, whose initial parameters and order of bags "
        + "are drawn apart")
  }

  private func fit(
    on training: BagDataset, _ shared: SharedBags?, _ test: BagDataset, _ memory: MemoryBudget,
    _ announce: @escaping (String) -> Void, into record: inout TrialRecord
  ) throws {
    try memory.require(for: model, training: BagShape(training), scoring: BagShape(test))
    let isReleased = model.registration.isReleased
    let deal = BagDeal(of: test, seed: seed, part: "test", keepsOrder: isReleased)
    let trainingDeal = BagDeal(of: training, seed: seed, part: "training", keepsOrder: isReleased)
    record.threshold = model.traits.scores.threshold
    record.scoresAreProbabilities = model.traits.scores == .probabilities && test.task.predictsProbabilities
    let observer = TestObserver(deal, record, keepsScores: model.thresholdRule != .fixed)
    defer {
      record.correctByEpoch = observer.correctByEpoch
      (record.valueByEpoch, record.metric) = (observer.valueByEpoch, observer.metric)
      record.lossByEpoch = observer.lossByEpoch
      record.scoringSeconds = observer.scoringSeconds
    }
    let start = ContinuousClock.now
    var context = FitContext(
      seed: seed, shared: shared?.selecting(trainingDeal.order), epochFinished: observer.observe)
    context.announce = announce
    (context.repetition, context.fold, context.initialSeed) = (repetition, fold, initialSeed)
    let trained = try model.fit(trainingDeal.bags, context)
    record.seconds = start.duration(to: .now).seconds - observer.scoringSeconds
    if trained.threshold != record.threshold {
      record.threshold = trained.threshold
      try observer.recount(trained.threshold)
    }
    let scores = try observer.scores ?? observer.score(trained.predict)
    let called = try test.classes(called: scores, threshold: record.threshold)
    record.take(scores, columns: test.task.predictionColumns, called: called)
    record.steps = trained.summary.steps
    record.parameters = trained.summary.parameters
    record.take(notes: trained.summary.notes)
    if let labels = test.instanceLabels, test.targets.kind == .twoClasses, record.outputs == nil {
      do {
        record.instances = try instanceResult(trained, deal, test, labels, record)
      } catch {
        // The scores of the bags are valid without it.
        record.notes["instances"] = "\(error)".onOneLine()
      }
    }
  }

  /// Returns the model's relevance of the instances of the test bags; in the first fold with an example.
  private func instanceResult(
    _ trained: TrainedModel, _ deal: BagDeal, _ test: BagDataset, _ labels: [Int?], _ record: TrialRecord
  ) throws -> InstanceResult {
    var relevance = try trained.relevance(deal.bags)
    relevance.values = deal.restored(ofInstances: relevance.values)
    let bags = test.labels.indices.map { bag in
      // Instances without a label are neither right nor wrong.
      let known = test[rowsOfBag: bag].filter { labels[$0] != nil }
      return (labels: known.compactMap { labels[$0] }, values: known.map { relevance.values[$0] })
    }
    var result = InstanceResult(kind: InstanceResult.Kind(relevance.kind), bags: bags)
    if repetition == 1, fold == 1, let place = bags.firstIndex(where: { Set($0.labels).count == 2 }) {
      result.example = InstanceResult.Example(
        bag: record.bags[place], name: test.bagNames[place], score: record.scores[place], values: bags[place].values,
        labels: bags[place].labels)
    }
    return result
  }
}

extension InstanceResult.Kind {
  /// Creates the kind of a model's instance relevance, as results name it.
  package init(_ kind: InstanceRelevance.Kind) {
    switch kind {
    case .weights: self = .weights
    case .scores: self = .scores
    }
  }
}

extension BagDataset {
  /// Returns the class that the task predicts for each bag; nil if the task has no classes.
  ///
  /// - Throws: `TaskError` if the task predicts for another number of bags, or classes that do not exist.
  fileprivate func classes(called predictions: [Double], threshold: Double) throws -> [Int]? {
    guard targets.classCount > 0, let called = task.classes(called: predictions, threshold: threshold) else {
      return nil
    }
    guard called.count == bagCount, called.allSatisfy((0..<targets.classCount).contains) else {
      throw TaskError(
        "the task \(type(of: task).id) calls \(called.count) bags the classes \(Set(called).sorted()), expected \(bagCount) "
          + "bags and classes from 0 to \(targets.classCount - 1)")
    }
    return called
  }
}

/// An observer that scores the test bags after each epoch: the accuracy and the leading metric of the task.
///
/// The model learns nothing of it.
private final class TestObserver {
  private let deal: BagDeal
  private var record: TrialRecord
  /// The scores after each epoch, if the threshold is chosen after the fit.
  private var scoresByEpoch: [[Double]]?
  private(set) var scores: [Double]?
  private(set) var correctByEpoch: [Int] = []
  private(set) var valueByEpoch: [Double]?
  private(set) var lossByEpoch: [Float] = []
  private(set) var scoringSeconds = 0.0

  /// - Parameter record: the record with the targets of the test bags and the threshold.
  init(_ deal: BagDeal, _ record: TrialRecord, keepsScores: Bool) {
    scoresByEpoch = keepsScores ? [] : nil
    self.deal = deal
    self.record = record
  }

  /// The id of the metric of ``valueByEpoch``, where the targets would have another.
  var metric: String? {
    let (own, usual) = (deal.bags.task.leadingMetric, record.targets.kind.leadingMetric)
    return valueByEpoch == nil || own == usual ? nil : own.id
  }

  /// Judges all epochs anew with the threshold that was chosen.
  func recount(_ threshold: Double) throws {
    record.threshold = threshold
    (correctByEpoch, valueByEpoch) = ([], nil)
    for scores in scoresByEpoch ?? [] { try judge(scores) }
  }

  func observe(_ report: EpochReport) throws {
    lossByEpoch.append(report.loss)
    scores = try score(report.score)
  }

  func score(_ scorer: (BagDataset) throws -> [Double]) throws -> [Double] {
    let start = ContinuousClock.now
    let result = try deal.restored(scorer(deal.bags), columns: deal.bags.task.predictionColumns)
    scoringSeconds += start.duration(to: .now).seconds
    scoresByEpoch?.append(result)
    try judge(result)
    return result
  }

  private func judge(_ predictions: [Double]) throws {
    let task = deal.bags.task
    let called = try deal.bags.classes(called: predictions, threshold: record.threshold)
    if let called { correctByEpoch.append(zip(called, record.labels).count { $0 == $1 }) }
    guard called == nil || task.leadingMetric != .accuracy else { return }
    var record = record
    record.take(predictions, columns: task.predictionColumns, called: called)
    valueByEpoch = (valueByEpoch ?? []) + [task.leadingMetric.value(Outcomes([record])) ?? 0]
  }
}

/// The version of the program, which journals record.
package enum MILBenchVersion {
  /// The version, in the format of semver.org.
  package static let current = "0.2.0"
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
