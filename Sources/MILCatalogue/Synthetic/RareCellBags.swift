import LinearAlgebra
import MILBags
import UserInput

/// Bags drawn from labelled instances that are positive if they contain instances of a rare class.
///
/// Bags 1, 3, 5, ... are positive. Of their n instances, `max(1, round(evidence * n))` at random positions are of the
/// rare class, with instance label 1. All others, and all of negative bags, are drawn from the other classes together.
/// An instance occurs at most once in a bag.
///
/// Bags of one pool share instances; bags of different pools never do. The instances of either kind are dealt evenly to
/// the pools at random, and bags take turns at the pools. The pool is the group of a bag, so that folds keep it on one
/// side. With as many pools as folds, no instance is in training and in the test. With one pool, all bags share all
/// instances, and there are no groups.
///
/// Source of the kind of bag: Krishnakumar, Baglio, Floether, Ruiz, Habringer, Romano, Extreme learning machines for
/// attention-based multiple instance learning in whole-slide image classification, arXiv:2503.10510, 2025. The authors'
/// sizes and ratios are not known here; the defaults are not theirs.
package struct RareCellBags: DrawnBags {
  /// The name in commands.
  package static let name = "rare-cells"
  /// The summary in one sentence.
  package static let summary = "Bags drawn from labelled instances; the positive ones hold a share of a rare class."
  /// The publication to cite.
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
  /// The part of the source to draw from, such as `train`, if the source is divided; `all` for the whole.
  package var split = "all"
  /// The number of pools without a common instance.
  package var pools = 10
  /// The seed of the bags.
  package var seed: UInt64 = 1

  /// Creates the default parameters.
  package init() {}

  /// Throws for values outside their range.
  package func validate() throws {
    try ConfigurationError.require("bags", bags, in: 2...10_000_000)
    try bagSize.validate()
    guard evidence > 0, evidence <= 1 else {
      throw ConfigurationError(parameter: "evidence", found: evidence, expected: "a share above 0, at most 1")
    }
    try ConfigurationError.require("pools", pools, in: 1...1_000_000)
  }

  /// Returns the bags of these parameters, drawn from `instances` regardless of ``source``.
  ///
  /// - Throws: `DatasetError` for a missing class or split, or if a pool has fewer instances than a bag needs.
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
      let pool = pool(ofBag: bag)
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
      labels: labels, instanceLabels: rows.map { instances.classes[$0] == rareIndex ? 1 : 0 },
      groups: groups, featureNames: instances.featureNames)
  }

  /// Returns the number of instances of the rare class in a positive bag of this size.
  private func rareCount(of size: Int) -> Int { max(1, Int((evidence * Double(size)).rounded())) }

  /// Returns the rows of the rare class and of all others, dealt to the pools.
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

  /// Throws for pools with fewer instances of either kind than the largest bag needs.
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
  /// Returns `count` different elements in random order; the array keeps all elements, with the others after them.
  fileprivate mutating func draw(_ count: Int, from elements: inout [Int]) -> [Int] {
    for place in 0..<count { elements.swapAt(place, place + integer(below: elements.count - place)) }
    return Array(elements[..<count])
  }
}
