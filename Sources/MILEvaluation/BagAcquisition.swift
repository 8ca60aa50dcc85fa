import LinearAlgebra
import MILBags
import MILModels

extension Trial {
  /// The training bags of the trial among those of its fold: by the change of its protocol, drawn or asked for one round
  /// after the other.
  ///
  /// - Throws: what fits of the rounds throw.
  func labelledBags(among all: [Int]) throws -> [Int] {
    let change = settings.change ?? TrainingChange()
    guard change.acquisition == .uncertainty, change.trainingBags > 0 else {
      return change.selecting(all, data.targets, seed: changeSeed)
    }
    var (whole, first) = (change, change)
    whole.trainingBags = 0
    first.trainingBags = min(change.startBags, change.trainingBags)
    let pool = whole.selecting(all, data.targets, seed: changeSeed)
    var labelled = first.selecting(pool, data.targets, seed: changeSeed)
    var round = 0
    while labelled.count < min(change.trainingBags, pool.count) {
      round += 1
      let known = Set(labelled)
      // In a drawn order, so that ties are not decided by the order of a file.
      let rest = change.drawn(pool.filter { !known.contains($0) }, seed: changeSeed)
      let doubts = try doubts(of: rest, knowing: labelled, change, round)
      let order = rest.indices.sorted { (-doubts[$0], $0) < (-doubts[$1], $1) }
      let count = min(change.bagsPerRound, change.trainingBags - labelled.count)
      labelled = (labelled + order.prefix(count).map { rest[$0] }).sorted()
    }
    return labelled
  }

  /// How little a model that was fitted on the labelled bags is sure of others: minus the distance of a score from the
  /// threshold, or of several classes minus the largest prediction.
  private func doubts(
    of rest: [Int], knowing labelled: [Int], _ change: TrainingChange, _ round: Int
  ) throws -> [Double] {
    let (known, unknown) = try data.split(training: labelled, test: rest)
    let bags = try change.flipping(known, labelled, seed: changeSeed).bags
    let context = FitContext(
      seed: Seed.derive(from: seed, ["acquisition", String(round)]), shared: data.shared(ofTraining: labelled))
    let trained = try model.fit(bags, context)
    let scores = try trained.predict(unknown)
    let columns = trained.task.predictionColumns
    return rest.indices.map { place in
      columns == 1
        ? -abs(scores[place] - trained.threshold)
        : -(scores[place * columns..<(place + 1) * columns].max() ?? 0)
    }
  }
}
