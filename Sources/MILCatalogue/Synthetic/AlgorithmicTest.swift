import LinearAlgebra
import MILBags
import UserInput

/// Bags on which only a model that respects the multiple-instance assumption scores as well in the test as in training.
///
/// The training bags contain a shortcut that the test bags contradict. An example is a poison instance that marks
/// negative bags in training and positive bags in the test. The assumption rules out the rule "positive unless the
/// counter-sign is seen". A model that learned this rule has a high training AUC and a test AUC below one half.
///
/// All features of an instance are independent with the same normal distribution: background N(0, 1), poison N(-10,
/// 0.1), and concepts that depend on the test, as N(mean, standard deviation). The first half of the bags is negative.
/// Instances of a concept have label 1 in positive bags, all others 0.
///
/// Source: E. Raff, J. Holt, Reproducibility in multiple instance learning: a case for algorithmic unit tests,
/// NeurIPS 2023, arXiv:2310.17867. Two implementations differ: the authors' notebook, and torchmil's.
package protocol AlgorithmicTest: BagGenerator {
  /// The parameters that the three tests share.
  var sampling: TestSampling { get set }

  /// Returns the content of a bag: all instances except background, with label 1 for a concept.
  ///
  /// The second value is the number of background instances without padding.
  func content(
    ofPositiveBag isPositive: Bool, using generator: inout RandomGenerator
  ) -> (evidence: [NormalInstances], background: Int)
}

extension NormalInstances {
  /// Returns instances of the concept N(mean, deviation).
  static func concept(_ mean: Double, _ deviation: Double = 0.1, count: Int) -> NormalInstances {
    NormalInstances(mean: mean, deviation: deviation, count: count, label: 1)
  }

  /// Returns the poison instance, N(-10, 0.1), or none.
  static func poison(_ isThere: Bool) -> NormalInstances {
    NormalInstances(mean: -10, deviation: 0.1, count: isThere ? 1 : 0)
  }
}

/// The parameters that the three algorithmic tests share.
package struct TestSampling: Codable, Sendable, Equatable {
  /// The bags for training, or those for testing.
  package enum Part: String, Codable, Sendable, CaseIterable { case training, test }

  /// The reference implementation.
  package enum Variant: String, Codable, Sendable, CaseIterable {
    /// The authors' notebook.
    case notebook
    /// The Python library torchmil.
    case torchmil
  }

  /// The number of bags; half of them (rounded down) are positive.
  package var bags = 1000
  /// The part to which the bags belong.
  package var part = Part.training
  /// The reference implementation.
  package var variant = Variant.notebook
  /// The padded bag size, up to which background is added in place of a random number; 0 for no padding.
  package var minimumSize = 0
  /// The number of features of an instance.
  package var features = 16
  /// The seed of the bags; training and test bags of one seed are independent.
  package var seed: UInt64 = 1

  /// Creates the default parameters.
  package init() {}

  /// Throws for values outside their range.
  func validate() throws {
    try ConfigurationError.require("bags", bags, in: 2...10_000_000)
    try ConfigurationError.require("minimumSize", minimumSize, in: 0...1_000_000)
    try ConfigurationError.require("features", features, in: 1...1_000_000)
  }
}

extension AlgorithmicTest {
  /// The publication to cite.
  package static var citation: String? {
    "E. Raff, J. Holt, Reproducibility in multiple instance learning: a case for algorithmic unit tests, NeurIPS 2023, "
      + "arXiv:2310.17867"
  }

  /// Throws for values outside their range.
  package func validate() throws { try sampling.validate() }

  /// Returns the training and the test bags of one seed.
  ///
  /// - Parameters:
  ///   - trainingBags: their number. The notebook has 10,000 for networks, and 1000 (200 with two concepts) for support
  ///     vector machines.
  ///   - testBags: their number; 1000 in the notebook.
  /// - Throws: `DatasetError` if the parameters cannot be satisfied.
  package func trainingAndTest(
    trainingBags: Int = 10_000, testBags: Int = 1000
  ) throws -> (training: BagDataset, test: BagDataset) {
    func make(_ part: TestSampling.Part, _ bags: Int) throws -> BagDataset {
      var copy = self
      copy.sampling.part = part
      copy.sampling.bags = bags
      return try copy.makeBags(named: part.rawValue)
    }
    return (try make(.training, trainingBags), try make(.test, testBags))
  }

  /// Returns the bags of these parameters.
  package func makeBags(named name: String, drawingFrom _: (String) throws -> LabelledInstances) throws -> BagDataset {
    try requireValid(name)
    let bags = sampling.bags
    let labels = (0..<bags).map { $0 < bags - bags / 2 ? 0 : 1 }
    return try BagDataset(
      name: name, labels: labels, features: sampling.features,
      seed: Seed.derive(from: sampling.seed, [Self.name, sampling.part.rawValue])
    ) { bag, generator in
      let isPositive = labels[bag] == 1
      var (evidence, background) = content(ofPositiveBag: isPositive, using: &generator)
      if sampling.minimumSize > 0 {
        background = max(0, sampling.minimumSize - evidence.reduce(0) { $0 + $1.count })
      }
      if !isPositive {
        for place in evidence.indices { evidence[place].label = 0 }
      }
      return evidence + [NormalInstances(count: background)]
    }
  }
}

extension RandomGenerator {
  /// Returns a random integer from a range that includes both ends.
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// Returns true with the probability `numerator / denominator`.
  mutating func chance(_ numerator: Int, of denominator: Int) -> Bool {
    integer(below: denominator) < numerator
  }
}
