import Autodiff
import Foundation
import MILBags
import Synchronization
import UserInput

extension ExternalConfiguration {
  /// The traits by the description alone; the program's behaviour is unknown.
  var traits: ModelTraits {
    var traits = ModelTraits(
      scores: model.scores, trained: "what its program fits, \(model.command.joined(separator: " "))")
    traits.path = "epochs"
    return traits
  }

  /// Runs the program, as described at ``ExternalModel``.
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    context.announce("runs the program \(model.command.joined(separator: " ")) in \(model.folder.path)")
    let folder = try ExternalFolder()
    let job = ExternalJob(training, context, self)
    try folder.write(job)
    try folder.write(training, to: "training.npz", withLabels: true)
    let run = try ExternalRun(model, .fit, folder)
    let report = try run.checking { try folder.answers.report() }
    let losses = report.losses ?? []
    let fitted = ExternalFit(model: model, folder: folder, job: job, epochs: losses.count, report)
    for (index, loss) in losses.enumerated() {
      try context.epochFinished(
        EpochReport(epoch: index + 1, loss: loss) { bags in try fitted.result(for: bags).scoresByEpoch[index] })
    }
    return fitted
  }
}

/// A fit that a program saves in its folder; scoring runs the program again.
private final class ExternalFit: FittedModel {
  let summary: FitSummary
  private let model: ExternalModel
  private let folder: ExternalFolder
  private let job: ExternalJob
  private let epochs: Int
  /// The last scored bags, since one call returns the scores of all epochs and the weights.
  private let scored = Mutex<(bags: BagDataset, result: ExternalScores)?>(nil)

  init(model: ExternalModel, folder: ExternalFolder, job: ExternalJob, epochs: Int, _ report: ExternalReport) {
    (self.model, self.folder, self.job, self.epochs) = (model, folder, job, epochs)
    summary = FitSummary(parameters: report.parameters ?? 0, steps: report.steps ?? 0, notes: report.notes ?? [:])
  }

  func predict(_ bags: BagDataset) throws -> [Double] { try result(for: bags).scoresByEpoch.last ?? [] }

  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? {
    try result(for: bags).weights.map { InstanceRelevance(kind: .weights, values: $0) }
  }

  func result(for bags: BagDataset) throws -> ExternalScores {
    try scored.withLock { scored in
      if let scored, scored.bags == bags { return scored.result }
      var job = job
      (job.step, job.bags) = (.score, bags.bagCount)
      try folder.remove(["scores.csv", "weights.csv"])
      try folder.write(job)
      try folder.write(bags, to: "bags.npz", withLabels: false)
      let run = try ExternalRun(model, .score, folder)
      let result = try run.checking {
        try folder.answers.scores(
          ofBags: bags.bagCount, instances: bags.instanceCount, columns: max(1, epochs),
          areProbabilities: model.scores == .probabilities)
      }
      scored = (bags, result)
      return result
    }
  }
}

/// The output of a program for some bags.
package struct ExternalScores: Sendable {
  /// The scores of all bags after each epoch, at least after the last.
  package let scoresByEpoch: [[Double]]
  /// The weights of all instances; nil if the program writes none.
  package let weights: [Double]?
}

/// The file `job.json`: the input of a program.
struct ExternalJob: Encodable, Sendable {
  enum Step: String, Encodable, Sendable { case fit, score }

  var step = Step.fit
  let dataset: String
  let repetition, fold: Int?
  /// At most 32 bits, which the generators of most libraries accept.
  let seed: UInt64
  let parameters: ExternalParameters
  /// The number of bags of this step.
  var bags: Int
  let features: Int
  let names: [String]
  let groups: [String]?

  init(_ training: BagDataset, _ context: FitContext, _ configuration: ExternalConfiguration) {
    dataset = training.name
    (repetition, fold) = (context.repetition, context.fold)
    seed = context.seed & 0xffff_ffff
    parameters = configuration.parameters
    (bags, features) = (training.bagCount, training.featureCount)
    switch configuration.model.names {
    case .original: (names, groups) = (training.bagNames, training.groups)
    case .anonymous:
      names = (1...training.bagCount).map(String.init)
      groups = training.groups.map { groups in
        var numbers: [String: Int] = [:]
        return groups.map { group in
          let number = numbers[group] ?? numbers.count + 1
          numbers[group] = number
          return String(number)
        }
      }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case step, dataset, repetition, fold, seed, parameters, bags, features, names, groups
  }

  /// Writes every key, with `null` for missing values.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step, forKey: .step)
    try container.encode(dataset, forKey: .dataset)
    try container.encode(repetition, forKey: .repetition)
    try container.encode(fold, forKey: .fold)
    try container.encode(seed, forKey: .seed)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(bags, forKey: .bags)
    try container.encode(features, forKey: .features)
    try container.encode(names, forKey: .names)
    try container.encode(groups, forKey: .groups)
  }
}

/// The file `report.json`: the optional report of a program after fitting.
package struct ExternalReport: Decodable {
  /// The loss of each epoch.
  package var losses: [Float]?
  var parameters, steps: Int?
  var notes: [String: String]?

  enum CodingKeys: String, CodingKey, CaseIterable { case losses, parameters, steps, notes }

  init() {}

  /// Reads a report, and refuses numbers out of range.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    losses = try fields.decodeIfPresent([Float].self, forKey: .losses)
    parameters = try fields.decodeWholeIfPresent(Int.self, forKey: .parameters)
    steps = try fields.decodeWholeIfPresent(Int.self, forKey: .steps)
    notes = try fields.decodeIfPresent([String: String].self, forKey: .notes)
    func refuse(_ key: CodingKeys, _ problem: String) -> DecodingError {
      .dataCorruptedError(forKey: key, in: fields, debugDescription: problem)
    }
    if let place = losses?.firstIndex(where: { !$0.isFinite }) {
      throw refuse(.losses, "loss \(place + 1) is no finite number")
    }
    if (parameters ?? 0) < 0 { throw refuse(.parameters, "found a negative number, expected 0 or more") }
    if (steps ?? 0) < 0 { throw refuse(.steps, "found a negative number, expected 0 or more") }
  }
}
