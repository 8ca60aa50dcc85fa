import LinearAlgebra
import MILBags
import MILModels
import MILRecords

/// The contracts on each kind of target that a model declares.
extension ModelContract {
  static let tasks = [
    ModelContract("Every kind of targets that the model declares is fitted, scored, explained and kept", declared),
    ModelContract("Targets that the model does not declare are refused with a reason", undeclared),
  ]

  /// Creates bags whose targets follow from the mean of their first feature.
  private static func bags(_ kind: Targets.Kind, _ count: Int = 24) throws -> BagDataset {
    let planted = try plantedBags(count, sizes: 1...5)
    let means = (0..<planted.bagCount).map { bag in
      let rows = planted[rowsOfBag: bag]
      return rows.reduce(0) { $0 + Double(planted.instances[$1, 0]) } / Double(rows.count)
    }
    let order = means.indices.sorted { means[$0] < means[$1] }
    var rank = means
    for (place, bag) in order.enumerated() { rank[bag] = Double(place) }
    switch kind {
    case .twoClasses: return planted
    case .classes:
      return try planted.replacing(
        targets: .classes(rank.map { Int($0) * 3 / count }, names: ["low", "middle", "high"]))
    case .numbers: return try planted.replacing(targets: .numbers(means.map { 10 + 4 * $0 }))
    case .survival:
      return try planted.replacing(
        targets: .survival(times: rank.map { 1 + Double(count) - $0 }, events: rank.map { Int($0) % 4 != 0 }))
    }
  }

  /// Returns bags with a kind of targets, once for each task on them.
  static func asked(_ kind: Targets.Kind, _ count: Int = 24) throws -> [BagDataset] {
    let bags = try bags(kind, count)
    return try [bags] + BagTasks.alternatives(for: kind).map { try bags.asking(for: $0) }
  }

  private static func takes(_ model: ModelUnderTest, _ kind: Targets.Kind) throws -> Bool {
    let kinds = try model.resolved().traits.targets
    // Several classes are fitted one against the rest.
    return kinds.contains(kind) || kind == .classes && kinds.contains(.twoClasses)
  }

  @Sendable private static func declared(_ model: ModelUnderTest) throws {
    for kind in try Targets.Kind.allCases.filter({ try $0 != .twoClasses && takes(model, $0) }) {
      for bags in try asked(kind) {
        let task = "\(type(of: bags.task).id)"
        let trained = try model.fitted(on: bags, ["bagsPerStep": "6"])
        let columns = bags.task.predictionColumns
        let predictions = try trained.predict(bags)
        try require(
          predictions.count == columns * bags.bagCount && predictions.allSatisfy(\.isFinite),
          "\(task): \(predictions.count) predictions for \(bags.bagCount) bags, \(columns) each")
        if trained.model.traits.scores == .probabilities, bags.task.predictsProbabilities {
          for bag in 0..<bags.bagCount {
            let row = predictions[bag * columns..<(bag + 1) * columns]
            let sum = row.reduce(0, +)
            try require(row.allSatisfy { (0...1).contains($0) }, "\(task): \(Array(row)), expected probabilities")
            try require(columns == 1 || abs(sum - 1) < 1e-4, "\(task): probabilities \(Array(row)) sum to \(sum)")
          }
        }
        let alone = try trained.predict(bags.selecting(bags: [3]))
        try require(
          agree(alone, Array(predictions[3 * columns..<4 * columns])), "\(task): a bag alone has other predictions")
        let relevance = try trained.relevance(bags)
        try require(
          [1, columns].contains(relevance.columns) && relevance.values.count == relevance.columns * bags.instanceCount
            && relevance.values.allSatisfy(\.isFinite),
          "\(task): \(relevance.values.count) instance numbers in \(relevance.columns) columns")
        try keeps(model, trained, bags, predictions, task)
      }
    }
  }

  private static func keeps(
    _ model: ModelUnderTest, _ trained: TrainedModel, _ bags: BagDataset, _ predictions: [Double], _ task: String
  ) throws {
    do {
      _ = try trained.state()
    } catch let error as ModelError where error == .notKept {
      return
    }
    var names: [String] = []
    if case .classes(_, let own) = bags.targets { names = own }
    let kept = KeptModel(
      description: try KeptModel.Description(
        trained, trainedOn: bags, classNames: names, protocol: "clean", seed: 1, version: "0.0.0"),
      standardiser: nil, trained: trained)
    let read = try ModelFile.model(in: ModelFile.bytes(of: kept), registry: model.registry)
    let again = try read.scores(bags)
    try require(
      read.description == kept.description && again.map(\.bitPattern) == predictions.map(\.bitPattern),
      "\(task): a model that was kept predicts otherwise")
    try require(read.quality(again, bags.targets) != nil, "\(task): a kept model cannot tell how good it is")
  }

  @Sendable private static func undeclared(_ model: ModelUnderTest) throws {
    for kind in try Targets.Kind.allCases.filter({ try !takes(model, $0) }) {
      let error = try failure("a refusal of \(kind.title)") { try model.fitted(on: bags(kind), ["bagsPerStep": "6"]) }
      try require(error is NotApplicable && "\(error)".contains(kind.title), "\(kind.title): \(error)")
      try requireOneLine(error)
    }
  }
}
