import Foundation
import LinearAlgebra
import UserInput

/// The assignment of bags to the folds of a cross-validation.
package enum FoldScheme: String, Codable, Sendable, CaseIterable {
  /// Each class is dealt evenly: fold sizes and the class counts of folds differ by at most one.
  case stratified
  /// Shuffled and cut; the first n mod k folds have one bag more.
  case plain
  /// Read from a published fold file; cannot be drawn.
  case circulated
  /// Each bag is a fold of its own; if bags have groups, each group is.
  case leaveOneOut = "leave-one-out"
  /// Read from a file or a column of the user's; cannot be drawn, and need not test every bag.
  case given
}

/// The fold that tests each bag, for each repeat of a cross-validation; drawn once and shared by all models.
package struct FoldAssignment: Sendable, Equatable {
  /// The data set of the folds: its ``BagDataset/seedName``.
  package let dataset: String
  /// The number of bags of that set.
  package let bagCount: Int
  /// The assignment of bags to folds.
  package let scheme: FoldScheme
  /// The number of folds of a repeat.
  package let foldCount: Int
  /// The number of repeats.
  package let repeats: Int
  /// The master seed of the draw.
  package let seed: UInt64
  /// The origin of circulated or given folds and their name there; nil for drawn ones.
  package let source: String?
  /// The fold (from 1) that tests each bag: `assignment[repeat - 1][bag]`; 0, in given folds, for a bag that none
  /// tests.
  package let assignment: [[Int]]
  /// The bags that a fold neither trains on nor tests, ascending: `leftOut[repeat - 1][fold - 1]`. It is nil if no fold
  /// of any repeat leaves bags out.
  package let leftOut: [[[Int]]]?

  /// Draws the folds for a data set.
  ///
  /// Each repeat has its own random stream, so its folds do not depend on the number of repeats. If the data set names
  /// groups, the bags of a group stay in one fold. Groups are then dealt the largest first, which decides how even the
  /// sizes and class counts are.
  ///
  /// - Throws: ``FoldError`` for fewer than 2 folds, fewer than 1 repeat, or more folds than bags or groups.
  package init(for dataset: BagDataset, scheme: FoldScheme, folds: Int, repeats: Int, seed: UInt64) throws {
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw FoldError(place: "folds of \(dataset.name)", problem: problem()) }
    }
    try require(
      scheme != .circulated && scheme != .given, "\(scheme.rawValue) folds are read from a file and cannot be drawn")
    if scheme == .leaveOneOut {
      self = try Self.leaveOneOut(of: dataset)
      return
    }
    try require(folds >= 2, "\(folds) folds asked for, at least 2 are needed")
    try require((1...10_000).contains(repeats), "\(repeats) repeats asked for, expected 1 to 10000")
    try require(folds <= dataset.bagCount, "\(folds) folds asked for, but there are only \(dataset.bagCount) bags")
    if let groups = dataset.groups {
      let count = Set(groups).count
      try require(folds <= count, "\(folds) folds asked for, but there are only \(count) groups of bags")
    }
    self.dataset = dataset.seedName
    bagCount = dataset.bagCount
    leftOut = nil
    self.scheme = scheme
    foldCount = folds
    self.repeats = repeats
    self.seed = seed
    source = nil
    assignment = (1...repeats).map { round in
      let path = ["folds", dataset.seedName, scheme.rawValue, String(folds), String(round)]
      var generator = RandomGenerator(seed: Seed.derive(from: seed, path))
      if let groups = dataset.groups {
        return grouped(groups, labels: dataset.labels, scheme: scheme, folds: folds, &generator)
      }
      return scheme == .plain
        ? plain(bags: dataset.bagCount, folds: folds, &generator)
        : stratified(labels: dataset.labels, folds: folds, &generator)
    }
  }

  package init(
    dataset: String, bagCount: Int, scheme: FoldScheme, foldCount: Int, repeats: Int, seed: UInt64,
    source: String? = nil, assignment: [[Int]], leftOut: [[[Int]]]? = nil
  ) {
    self.dataset = dataset
    self.bagCount = bagCount
    self.scheme = scheme
    self.foldCount = foldCount
    self.repeats = repeats
    self.seed = seed
    self.source = source
    self.assignment = assignment
    self.leftOut = leftOut
  }

  /// Returns the bags tested in fold `fold` of repeat `round` (both from 1), in ascending order.
  package func testBags(repeat round: Int, fold: Int) -> [Int] {
    bags(round, fold) { $0 == fold }
  }

  /// Returns the training bags of fold `fold` of repeat `round` (both from 1), in ascending order.
  package func trainingBags(repeat round: Int, fold: Int) -> [Int] {
    let bags = bags(round, fold) { $0 != fold }
    guard let out = leftOut?[round - 1][fold - 1], !out.isEmpty else { return bags }
    let unused = Set(out)
    return bags.filter { !unused.contains($0) }
  }

  private func bags(_ round: Int, _ fold: Int, where isIncluded: (Int) -> Bool) -> [Int] {
    precondition((1...repeats).contains(round), "repeat \(round) of \(repeats)")
    precondition((1...foldCount).contains(fold), "fold \(fold) of \(foldCount)")
    let folds = assignment[round - 1]
    return folds.indices.filter { isIncluded(folds[$0]) }
  }

  /// The SHA-256 digest, in hexadecimal, of everything in the assignment except its source. Folds that circulate in two
  /// files therefore have one hash.
  package var hash: String {
    let numbers = assignment.map { $0.map(String.init).joined(separator: ",") }.joined(separator: "\n")
    let text =
      "\(dataset)\n\(bagCount)\n\(scheme.rawValue)\n\(foldCount)\n\(repeats)\n\(seed)\n\(numbers)\n"
      + (leftOut.map { "left out \($0)\n" } ?? "")
    return SHA256.hexDigest(of: [UInt8](text.utf8))
  }

  /// Returns the SHA-256 digest, in hexadecimal, of repeat `round` (from 1) alone; the number of repeats does not
  /// enter.
  package func hash(repeat round: Int) -> String {
    FoldAssignment(
      dataset: dataset, bagCount: bagCount, scheme: scheme, foldCount: foldCount, repeats: 1, seed: seed,
      source: source, assignment: [assignment[round - 1]], leftOut: leftOut.map { [$0[round - 1]] }
    ).hash
  }

  /// Checks that the data set has the number of bags of the assignment.
  ///
  /// - Throws: ``FoldError`` with both numbers if they differ.
  package func check(fits dataset: BagDataset) throws {
    guard dataset.bagCount == bagCount else {
      throw FoldError(
        place: "folds of \(self.dataset)",
        problem: "they divide \(bagCount) bags, but data set \(dataset.name) has \(dataset.bagCount)")
    }
  }
}

/// Folds that cannot be drawn, or a fold file that cannot be used.
package struct FoldError: Error, Equatable, CustomStringConvertible {
  /// The file, or the data set whose folds were requested.
  package let place: String
  /// The problem, as half a sentence.
  package let problem: String

  /// Creates an error about the folds at `place`.
  package init(place: String, problem: String) {
    self.place = place
    self.problem = problem
  }

  /// One line for the user.
  package var description: String { "\(place): \(problem)".onOneLine() }
}

// MARK: - Dealing

private func plain(bags: Int, folds: Int, _ generator: inout RandomGenerator) -> [Int] {
  var result = [Int](repeating: 0, count: bags)
  let order = generator.permutation(of: bags)
  var next = 0
  for fold in 1...folds {
    for _ in 0..<(bags / folds + (fold <= bags % folds ? 1 : 0)) {
      result[order[next]] = fold
      next += 1
    }
  }
  return result
}

/// Deals the classes one after the other, round and round the folds without restarting, so that fold sizes stay even
/// too.
private func stratified(labels: [Int], folds: Int, _ generator: inout RandomGenerator) -> [Int] {
  var result = [Int](repeating: 0, count: labels.count)
  let foldOrder = generator.permutation(of: folds)
  var dealt = 0
  // Of two classes, positive bags come first, which keeps earlier draws reproducible.
  for label in [1, 0] + (2..<labels.classCount) {
    var bags = labels.indices.filter { labels[$0] == label }
    generator.permute(&bags)
    for bag in bags {
      result[bag] = foldOrder[dealt % folds] + 1
      dealt += 1
    }
  }
  return result
}

/// Assigns each group, the largest first and ties in random order, to the fold with the smallest increase in burden.
///
/// The burden of a fold is the sum over classes of its squared share of the class (for plain folds all bags are one
/// class). Ties go to the fold with fewer bags, then to the earlier in a random order. An empty fold is never worse
/// than another, so none stays empty.
private func grouped(
  _ groups: [String], labels: [Int], scheme: FoldScheme, folds: Int, _ generator: inout RandomGenerator
) -> [Int] {
  var members: [[Int]] = []
  var numberOfGroup: [String: Int] = [:]
  for (bag, group) in groups.enumerated() {
    if let number = numberOfGroup[group] {
      members[number].append(bag)
    } else {
      numberOfGroup[group] = members.count
      members.append([bag])
    }
  }
  generator.permute(&members)
  let order = members.indices.sorted { left, right in
    let sizes = (members[left].count, members[right].count)
    return sizes.0 == sizes.1 ? left < right : sizes.0 > sizes.1
  }
  let classes = scheme == .plain ? labels.map { _ in 0 } : labels
  let all = 0..<labels.classCount
  let total = all.map { label in Double(max(classes.filter { $0 == label }.count, 1)) }
  var held = [[Double]](repeating: all.map { _ in 0 }, count: folds)
  var result = [Int](repeating: 0, count: groups.count)
  let foldOrder = generator.permutation(of: folds)
  for group in order {
    var added = all.map { _ in 0.0 }
    for bag in members[group] { added[classes[bag]] += 1 }
    func burden(_ fold: Int) -> (Double, Double) {
      var growth = 0.0
      for label in all {
        let share = added[label] / total[label]
        growth += share * (share + 2 * held[fold][label] / total[label])
      }
      return (growth, held[fold].reduce(0, +))
    }
    guard let best = foldOrder.min(by: { burden($0) < burden($1) }) else { continue }
    for label in all { held[best][label] += added[label] }
    for bag in members[group] { result[bag] = best + 1 }
  }
  return result
}

extension [Int] {
  /// The number of classes if labels count from 0; two at least.
  fileprivate var classCount: Int { Swift.max(2, (self.max() ?? 0) + 1) }
}
