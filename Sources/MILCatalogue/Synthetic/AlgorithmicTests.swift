import LinearAlgebra
import UserInput

/// Test 1 of Raff and Holt: one concept; poison marks negative bags in training and positive bags in the test.
///
/// | | negative | positive |
/// |---|---|---|
/// | training | 1 poison, 1 to 9 background | 1 to 3 indicators, 1 to 4 background |
/// | test | 1 to 9 background | 1 poison, 1 to 3 indicators, 1 to 4 background |
///
/// torchmil's variant has ``background`` background instances in every bag, and chooses indicators by a fair coin.
package struct SingleConceptBags: AlgorithmicTest {
  /// The name in commands.
  package static let name = "synthetic/single-concept"
  /// The summary in one sentence.
  package static let summary =
    "Algorithmic test 1: one concept; poison marks the negative training bags and the positive test bags."

  /// The distribution of the indicators.
  package enum Indicator: String, Codable, Sendable, CaseIterable {
    /// All are N(0, 3), as in the authors' code.
    case subtleOnly
    /// Each is N(0, 3) or N(1, 1) by a fair coin, as the authors intended.
    case coin
  }

  /// The parameters that the three tests share.
  package var sampling = TestSampling()
  /// The distribution of the indicators; torchmil's variant has a fair coin.
  package var indicator = Indicator.subtleOnly
  /// The number of background instances of a bag in torchmil's variant.
  package var background = 5

  /// Creates the default parameters.
  package init() {}

  /// Throws for values outside their range, and for a number of background instances if that number is random.
  package func validate() throws {
    try sampling.validate()
    try ConfigurationError.require("background", background, in: 1...1_000_000)
    if sampling.variant != .torchmil, background != Self().background {
      throw ConfigurationError(
        parameter: "background", problem: "is drawn at random, expected variant=torchmil with it")
    }
  }

  /// Returns the content of a bag.
  package func content(
    ofPositiveBag isPositive: Bool, using generator: inout RandomGenerator
  ) -> (evidence: [NormalInstances], background: Int) {
    let isTorchmil = sampling.variant == .torchmil
    let poison = NormalInstances.poison(isPositive == (sampling.part == .test))
    guard isPositive else {
      return ([poison], isTorchmil ? background : generator.integer(in: 1...9))
    }
    let indicators = generator.integer(in: 1...3)
    var subtle = indicators
    if isTorchmil || indicator == .coin {
      subtle = (0..<indicators).count { _ in generator.chance(1, of: 2) }
    }
    return (
      [poison, .concept(0, 3, count: subtle), .concept(1, 1, count: indicators - subtle)],
      isTorchmil ? background : generator.integer(in: 1...4)
    )
  }
}

/// Test 2 of Raff and Holt: positive bags contain both of two concepts.
///
/// Poison marks negative bags in training and positive bags in the test.
///
/// With A = N(2, 0.1) and B = N(3, 0.1):
///
/// | | negative | positive |
/// |---|---|---|
/// | training | 1 poison, one A or one B, 1 to 4 background | 1 poison in 1 of 10, 1 to 4 each of A, B, background |
/// | test | one A or one B, 1 to 4 background | 1 poison, 1 to 4 A, 1 to 4 B, 1 to 4 background |
///
/// In version 2, a third of the negative training bags has A, a third has B, and a third has neither. torchmil's
/// variant has as many A as B, 1 to 3 of each, no poison in positive training bags, and 1 to 9 background.
package struct TwoConceptBags: AlgorithmicTest {
  /// The name in commands.
  package static let name = "synthetic/two-concepts"
  /// The summary in one sentence.
  package static let summary =
    "Algorithmic test 2: two concepts, both needed; poison marks the negative training bags and the positive test bags."

  /// The parameters that the three tests share.
  package var sampling = TestSampling()
  /// The notebook's first or second version of negative training bags.
  package var version = 1

  /// Creates the default parameters.
  package init() {}

  /// Throws for values outside their range, and for the second version of a variant that has one.
  package func validate() throws {
    try sampling.validate()
    try ConfigurationError.require("version", version, in: 1...2)
    if version == 2, sampling.variant == .torchmil {
      throw ConfigurationError(parameter: "version", problem: "is 2, expected 1 with variant=torchmil")
    }
  }

  /// Returns the content of a bag.
  package func content(
    ofPositiveBag isPositive: Bool, using generator: inout RandomGenerator
  ) -> (evidence: [NormalInstances], background: Int) {
    let isTorchmil = sampling.variant == .torchmil
    let isTest = sampling.part == .test
    let evidence: [NormalInstances]
    if isPositive {
      let isPoisoned = isTest || (!isTorchmil && generator.chance(1, of: 10))
      let first = generator.integer(in: isTorchmil ? 1...3 : 1...4)
      let second = isTorchmil ? first : generator.integer(in: 1...4)
      evidence = [.poison(isPoisoned), .concept(2, count: first), .concept(3, count: second)]
    } else {
      let choice = generator.integer(below: version == 2 && !isTest ? 3 : 2)
      evidence = [
        .poison(!isTest), .concept(2, count: choice == 0 ? 1 : 0), .concept(3, count: choice == 1 ? 1 : 0),
      ]
    }
    return (evidence, generator.integer(in: isTorchmil ? 1...9 : 1...4))
  }
}

/// Test 3 of Raff and Holt: positive bags contain each of two concepts once.
///
/// Negative test bags contain many copies of one of them.
///
/// With A = N(-2, 0.1) and B = N(2, 0.1):
///
/// | | negative | positive |
/// |---|---|---|
/// | training | one A or one B, 1 to 9 background | one A, one B, 1 to 9 background |
/// | test | 35 to 39 A (in 4 of 9 bags) or B (in 5 of 9), 1 to 9 background | one A, one B, 1 to 9 background |
///
/// torchmil's variant has A = N(2, 0.1) and B = N(3, 0.1), never B in negative bags, and 35 to 44 copies.
package struct FalseFrequencyBags: AlgorithmicTest {
  /// The name in commands.
  package static let name = "synthetic/false-frequency"
  /// The summary in one sentence.
  package static let summary =
    "Algorithmic test 3: two concepts, both needed; negative test bags hold one of them in masses."

  /// The parameters that the three tests share.
  package var sampling = TestSampling()

  /// Creates the default parameters.
  package init() {}

  /// Returns the content of a bag.
  package func content(
    ofPositiveBag isPositive: Bool, using generator: inout RandomGenerator
  ) -> (evidence: [NormalInstances], background: Int) {
    let isTorchmil = sampling.variant == .torchmil
    let isTest = sampling.part == .test
    let (first, second) = isTorchmil ? (2.0, 3.0) : (-2.0, 2.0)
    let evidence: [NormalInstances]
    if isPositive {
      evidence = [.concept(first, count: 1), .concept(second, count: 1)]
    } else {
      let copies = isTest ? generator.integer(in: isTorchmil ? 35...44 : 35...39) : 1
      let isFirst = isTorchmil || (isTest ? generator.chance(4, of: 9) : generator.chance(1, of: 2))
      evidence = [.concept(isFirst ? first : second, count: copies)]
    }
    return (evidence, generator.integer(in: 1...9))
  }
}
