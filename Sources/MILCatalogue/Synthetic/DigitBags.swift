import Autodiff
import LinearAlgebra
import MILBags
import UserInput

/// Bags of handwritten digits that are positive if one digit is among them: MNIST-bags.
///
/// The size of a bag is the nearest integer, 1 or more, to a draw from N(m, v). Digits are drawn with replacement.
/// Bags 1, 3, 5, ... are positive: the whole bag is drawn again until it contains the positive digit. Other bags are
/// drawn from all other digits. The positive digit's instances have instance label 1.
///
/// As in ``RareCellBags``, digits are dealt to pools, and bags of different pools never share a digit. The pool is the
/// group of a bag, so that no digit is in training and in the test.
///
/// Source: M. Ilse, J. M. Tomczak, M. Welling, Attention-based deep multiple instance learning, ICML 2018,
/// arXiv:1802.04712. The authors take 60,000 digits for training bags and 10,000 others for test bags. The frequency of
/// the positive digit in their positive bags is not known here.
package struct DigitBags: DrawnBags {
  /// The name in commands.
  package static let name = "mnist-bags"
  /// The summary in one sentence.
  package static let summary = "Bags drawn from handwritten digits; those with a 9 are positive."
  /// The publications to cite.
  package static let citation: String? =
    "M. Ilse, J. M. Tomczak, M. Welling, Attention-based deep multiple instance learning, ICML 2018, arXiv:1802.04712; "
    + "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, Proceedings of "
    + "the IEEE 86(11), 1998, doi:10.1109/5.726791"

  /// The number of bags; every second one is positive.
  package var bags = 200
  /// m, the mean size of a bag.
  package var meanSize = 10.0
  /// v, the variance of sizes.
  package var sizeVariance = 2.0
  /// The name or the file of the digits.
  package var source = "mnist"
  /// The digit that makes bags positive.
  package var digit = "9"
  /// The number of pools without a common digit.
  package var pools = 10
  /// The seed of the bags.
  package var seed: UInt64 = 1

  /// Creates the default parameters.
  package init() {}

  /// Throws for values outside their range.
  package func validate() throws {
    try ConfigurationError.require("bags", bags, in: 2...1_000_000)
    try ConfigurationError.require("meanSize", meanSize, in: 1...100_000)
    try ConfigurationError.require("sizeVariance", sizeVariance, in: 0...1e9)
    try ConfigurationError.require("pools", pools, in: 1...1_000_000)
  }

  /// Returns the bags of these parameters, drawn from `digits` regardless of ``source``.
  ///
  /// - Throws: `DatasetError` for a missing digit, or a pool without it or without others.
  package func makeBags(named name: String, from digits: LabelledInstances) throws -> BagDataset {
    try requireValid(name)
    let wanted = try digits.classIndex(named: digit)
    var dealer = RandomGenerator(seed: Seed.derive(from: seed, [Self.name, "pools"]))
    let dealt = dealer.permutation(of: digits.count)
    let rows = (0..<pools).map { pool in stride(from: pool, to: dealt.count, by: pools).map { dealt[$0] } }
    let others = rows.map { rows in rows.filter { digits.classes[$0] != wanted } }
    for (all, others) in zip(rows, others) where others.isEmpty || others.count == all.count {
      throw DatasetError(
        dataset: name,
        problem: "a pool (of \(pools)) has \(all.count - others.count) digits \(digit) and \(others.count) others, "
          + "expected both; fewer pools hold more")
    }
    var generator = RandomGenerator(seed: Seed.derive(from: seed, [Self.name, "bags"]))
    var drawn: [Int] = []
    var offsets = [0]
    for bag in 0..<bags {
      let size = meanSize + sizeVariance.squareRoot() * generator.normal()
      let pool = pool(ofBag: bag)
      let count = max(1, Int(size.rounded()))
      try BagDataset.requireMemory(for: drawn.count + count, features: digits.features.columns, name: name)
      var own: [Int]
      repeat {
        own = (0..<count).map { _ in
          let rows = bag % 2 == 0 ? rows[pool] : others[pool]
          return rows[generator.integer(below: rows.count)]
        }
      } while bag % 2 == 0 && !own.contains { digits.classes[$0] == wanted }
      drawn += own
      offsets.append(drawn.count)
    }
    return try BagDataset(
      name: name, instances: digits.features.selectingRows(at: drawn), offsets: offsets,
      labels: labels, instanceLabels: drawn.map { digits.classes[$0] == wanted ? 1 : 0 },
      groups: groups, featureNames: digits.featureNames
    ).showing(digits.imageShape)
  }
}
