import LinearAlgebra
import MILBags
import UserInput

/// Bags drawn from labelled instances, where a bag is positive when it holds instances of a rare class.
///
/// Bags 1, 3, 5, ... are positive: `max(1, round(evidence * n))` of their n instances, at random places, are of the rare
/// class and carry instance label 1; all others, and all of negative bags, are drawn from the other classes together. An
/// instance comes at most once in a bag.
///
/// Bags of one pool share instances; bags of different pools never do. The instances of either kind are dealt evenly to
/// the pools at random, bags take turns at the pools, and the pool is the group of a bag, so that folds keep it on one
/// side: with as many pools as folds no instance is seen in training and in the test. One pool means that all bags share
/// all instances, and no groups.
///
/// Source of the kind of bag: Krishnakumar, Baglio, Floether, Ruiz, Habringer, Romano, Extreme learning machines for
/// attention-based multiple instance learning in whole-slide image classification, arXiv:2503.10510, 2025. The authors'
/// sizes and ratios are not known here; the defaults are not theirs.
package struct RareCellBags: DrawnBags {
  /// What it is asked for by.
  package static let name = "rare-cells"
  /// What it is, in one sentence.
  package static let summary = "Bags drawn from labelled instances; the positive ones hold a share of a rare class."
  /// Whom to cite.
  package static let citation: String? =
    "Krishnakumar, Baglio, Floether, Ruiz, Habringer, Romano, Extreme learning machines for attention-based multiple "
    + "instance learning in whole-slide image classification, arXiv:2503.10510, 2025"

  /// The number of bags; every second one is positive.
  package var bags = 200
  /// The sizes of the bags, drawn uniformly.
  package var bagSize = BagSizes(20...20)
  /// The share of a positive bag's instances that are of the rare class.
  package var evidence = 0.1
  /// The name or the file of the labelled instances.
  package var source = "pbc-cell-shape"
  /// The class that makes bags positive.
  package var rareClass = "erythroblast"
  /// The part of the source to draw from, such as `train`, where the source is divided; `all` for the whole.
  package var split = "all"
  /// The number of pools without a common instance.
  package var pools = 10
  /// What the bags follow from.
  package var seed: UInt64 = 1

  /// The defaults.
  package init() {}

  /// Refuses values outside their range.
  package func validate() throws {
    try ConfigurationError.require("bags", bags, in: 2...10_000_000)
    try bagSize.validate()
    guard evidence > 0, evidence <= 1 else {
      throw ConfigurationError(parameter: "evidence", found: evidence, expected: "a share above 0, at most 1")
    }
    try ConfigurationError.require("pools", pools, in: 1...1_000_000)
  }

  /// The bags of these parameters.
  package func makeBags(
    named name: String, drawingFrom instances: (String) throws -> LabelledInstances
  ) throws -> BagDataset {
    try requireValid(name)
    return try makeBags(named: name, from: try instances(source))
  }

  /// The bags of these parameters, drawn from `instances` whatever ``source`` says.
  ///
  /// - Throws: `DatasetError` for a class or split that is not there, or where a pool has fewer instances than a bag
  ///   takes.
  package func makeBags(named name: String, from instances: LabelledInstances) throws -> BagDataset {
    try requireValid(name)
    let (rowLimit, overflow) = bags.multipliedReportingOverflow(by: bagSize.range.upperBound)
    try BagDataset.requireMemory(
      for: overflow ? .max : rowLimit, features: instances.features.columns, name: name)
    var dealer = RandomGenerator(seed: Seed.derive(from: seed, [Self.name, "pools"]))
    var (rare, common) = try pooledRows(of: instances, named: name, &dealer)
    try requireEnough(rare, common, named: name)
    var generator = RandomGenerator(seed: Seed.derive(from: seed, [Self.name, "bags"]))
    var rows: [Int] = []
    var offsets = [0]
    for bag in 0..<bags {
      let size = bagSize.draw(using: &generator)
      let pool = bag / 2 % pools
      let rareCount = bag % 2 == 0 ? rareCount(of: size) : 0
      var drawn = generator.draw(rareCount, from: &rare[pool])
      drawn += generator.draw(size - rareCount, from: &common[pool])
      generator.permute(&drawn)
      rows += drawn
      offsets.append(rows.count)
    }
    let rareIndex = try instances.classIndex(named: rareClass)
    return try BagDataset(
      name: name, instances: instances.features.selectingRows(at: rows), offsets: offsets,
      labels: (0..<bags).map { 1 - $0 % 2 }, instanceLabels: rows.map { instances.classes[$0] == rareIndex ? 1 : 0 },
      groups: pools == 1 ? nil : (0..<bags).map { "pool \($0 / 2 % pools + 1)" }, featureNames: instances.featureNames)
  }

  /// How many instances of the rare class a positive bag of this size holds.
  private func rareCount(of size: Int) -> Int { max(1, Int((evidence * Double(size)).rounded())) }

  /// The rows of the rare class and of all others, dealt to the pools.
  private func pooledRows(
    of instances: LabelledInstances, named name: String, _ generator: inout RandomGenerator
  ) throws -> (rare: [[Int]], common: [[Int]]) {
    let rareIndex = try instances.classIndex(named: rareClass)
    var rows = Array(instances.classes.indices)
    if split != "all" {
      rows = instances.split.map { parts in rows.filter { parts[$0] == split } } ?? []
      guard !rows.isEmpty else {
        let parts = Set(instances.split ?? []).sorted() + ["all"]
        throw DatasetError(
          dataset: name,
          problem: "\(instances.name) has no instances of split \"\(split)\", "
            + "expected \(parts.joined(separator: " or "))")
      }
    }
    func dealt(_ rows: [Int]) -> [[Int]] {
      var rows = rows
      generator.permute(&rows)
      return (0..<pools).map { pool in stride(from: pool, to: rows.count, by: pools).map { rows[$0] } }
    }
    let rare = dealt(rows.filter { instances.classes[$0] == rareIndex })
    return (rare, dealt(rows.filter { instances.classes[$0] != rareIndex }))
  }

  /// Refuses pools with fewer instances than the largest bag takes of either kind.
  private func requireEnough(_ rare: [[Int]], _ common: [[Int]], named name: String) throws {
    let size = bagSize.range.upperBound
    for (pools, count, bag, kind) in [
      (rare, rareCount(of: size), "a positive bag", "of class \(rareClass)"),
      (common, size, "a negative bag", "of other classes"),
    ] {
      let smallest = pools.prefix((bags + 1) / 2).map(\.count).min() ?? 0
      guard smallest >= count else {
        throw DatasetError(
          dataset: name,
          problem: "\(bag) of \(size) takes \(count) instances \(kind), "
            + "but a pool (of \(self.pools)) holds \(smallest), expected smaller bags, less evidence or fewer pools")
      }
    }
  }
}

extension RandomGenerator {
  /// `count` different elements in random order; the others stay behind them, and all stay in the array.
  fileprivate mutating func draw(_ count: Int, from elements: inout [Int]) -> [Int] {
    for place in 0..<count { elements.swapAt(place, place + integer(below: elements.count - place)) }
    return Array(elements[..<count])
  }
}
