import LinearAlgebra
import MILBags
import MILModels

extension Trial {
  /// Returns the training bags of the trial among those of its fold, drawn or acquired round by round as its protocol
  /// says.
  ///
  /// - Throws: the errors of the fits of the rounds.
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
      // A drawn order, so that the order of a file does not decide ties.
      let rest = change.drawn(pool.filter { !known.contains($0) }, seed: changeSeed)
      let doubts = try doubts(of: rest, knowing: labelled, change, round)
      let order = rest.indices.sorted { (-doubts[$0], $0) < (-doubts[$1], $1) }
      let count = min(change.bagsPerRound, change.trainingBags - labelled.count)
      labelled = (labelled + order.prefix(count).map { rest[$0] }).sorted()
    }
    return labelled
  }

  /// Returns the uncertainty about other bags of a model fitted to the labelled bags. It is minus the distance of a
  /// score from the threshold, or minus the largest prediction of several classes.
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
