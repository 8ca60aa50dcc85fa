import LinearAlgebra
import MILBags
import MILCatalogue
import Testing

/// The AUC of a fixed rule on training and test bags.
struct RuleScore: Sendable {
  let rule: FixedRule
  let training: Double
  let test: Double

  init(_ rule: FixedRule, _ training: Double, _ test: Double) {
    (self.rule, self.training, self.test) = (rule, training, test)
  }
}

/// The AUC of fixed rules on the bags of a generator.
struct RuleScores: CustomTestStringConvertible, Sendable {
  let bags: any AlgorithmicTest
  let rules: [RuleScore]

  init(_ bags: any AlgorithmicTest, _ rules: [RuleScore]) { (self.bags, self.rules) = (bags, rules) }

  var testDescription: String { "\(bags)" }

  static let all = singleConcept + twoConcepts + falseFrequency

  static var singleConcept: [RuleScores] {
    var coin = SingleConceptBags()
    coin.indicator = .coin
    return [
      RuleScores(
        SingleConceptBags(),
        [
          RuleScore(.likelihoodRatio(coin: false), 1, 1), RuleScore(.noPoison, 1, 0),
          RuleScore(.minusBagSize, 0.668, 0.450),
        ]),
      RuleScores(coin, [RuleScore(.likelihoodRatio(coin: true), 0.998, 0.998)]),
    ]
  }

  static var twoConcepts: [RuleScores] {
    var second = TwoConceptBags()
    second.version = 2
    var (padded, secondPadded) = (TwoConceptBags(), second)
    padded.sampling.minimumSize = 45
    secondPadded.sampling.minimumSize = 45
    return [
      RuleScores(
        TwoConceptBags(),
        [
          RuleScore(.both(2, 3), 1, 1), RuleScore(.noPoison, 0.950, 0), RuleScore(.step(at: 3), 0.757, 0.749),
          RuleScore(.maximalSum, 0.837, 0.846), RuleScore(.bagSize, 0.907, 0.988),
        ]),
      RuleScores(
        second,
        [
          RuleScore(.step(at: 3), 0.834, 0.750), RuleScore(.maximalSum, 0.896, 0.839),
          RuleScore(.bagSize, 0.928, 0.988),
        ]),
      RuleScores(padded, [RuleScore(.meanOfAll, 0.999, 0.516), RuleScore(.count(2, 3), 1, 1)]),
      RuleScores(secondPadded, [RuleScore(.meanOfAll, 0.999, 0.510)]),
    ]
  }

  static var falseFrequency: [RuleScores] {
    var padded = FalseFrequencyBags()
    padded.sampling.minimumSize = 45
    return [
      RuleScores(
        FalseFrequencyBags(),
        [
          RuleScore(.both(-2, 2), 1, 1), RuleScore(.count(-2, 2), 1, 0), RuleScore(.bagSize, 0.6, 0),
          RuleScore(.step(at: 2), 0.751, 0.724), RuleScore(.step(at: -2), 0.747, 0.770),
          RuleScore(.maximalSum, 0.754, 0.459), RuleScore(.maximalMinusSum, 0.751, 0.572),
        ]),
      RuleScores(padded, [RuleScore(.maximalSum, 0.738, 0.462), RuleScore(.maximalMinusSum, 0.749, 0.565)]),
    ]
  }
}

@Suite("The generators of algorithmic tests")
struct AlgorithmicTestTests {
  @Test("Fixed rules score what an independent simulation of the published description gave", arguments: RuleScores.all)
  func fixedRules(_ expected: RuleScores) throws {
    let bags = expected.bags.sampling.minimumSize == 0 ? 20_000 : 6000
    let (training, test) = try expected.bags.trainingAndTest(trainingBags: bags, testBags: bags)
    let (seenTraining, seenTest) = (SeenBag.all(of: training), SeenBag.all(of: test))
    for expected in expected.rules {
      let rule = expected.rule
      let found = rule.auc(on: seenTraining, labels: training.labels)
      #expect(abs(found - expected.training) < 0.015, "\(rule.name), training: \(found)")
      let foundInTest = rule.auc(on: seenTest, labels: test.labels)
      #expect(abs(foundInTest - expected.test) < 0.015, "\(rule.name), test: \(foundInTest)")
    }
  }

  /// Returns the numbers of instances of each mean in the bags of a label, as sets of the occurring numbers.
  private func counts(
    _ dataset: BagDataset, label: Int, around means: [Double]
  ) -> [Set<Int>] {
    let seen = zip(SeenBag.all(of: dataset), dataset.labels).filter { $0.1 == label }.map(\.0)
    return means.map { mean in Set(seen.map { $0.count(around: mean) }) }
  }

  @Test("Two concepts: counts are those of the notebook, its second version and torchmil")
  func twoConcepts() throws {
    var bags = TwoConceptBags()
    var (training, test) = try bags.trainingAndTest(trainingBags: 2000, testBags: 2000)
    #expect(counts(training, label: 0, around: [-10, 2, 3]) == [[1], [0, 1], [0, 1]])
    #expect(counts(training, label: 1, around: [-10, 2, 3]) == [[0, 1], [1, 2, 3, 4], [1, 2, 3, 4]])
    #expect(counts(test, label: 0, around: [-10]) == [[0]])
    #expect(counts(test, label: 1, around: [-10]) == [[1]])
    func concepts(_ set: BagDataset) -> Set<Int> {
      let negatives = zip(SeenBag.all(of: set), set.labels).filter { $0.1 == 0 }.map(\.0)
      return Set(negatives.map { $0.count(around: 2) + $0.count(around: 3) })
    }
    #expect(concepts(training) == [1])
    bags.version = 2
    (training, test) = try bags.trainingAndTest(trainingBags: 2000, testBags: 2000)
    #expect(concepts(training) == [0, 1] && concepts(test) == [1])
    bags.version = 1
    bags.sampling.variant = .torchmil
    (training, test) = try bags.trainingAndTest(trainingBags: 2000, testBags: 200)
    #expect(counts(training, label: 1, around: [-10, 2, 3]) == [[0], [1, 2, 3], [1, 2, 3]])
    let positives = zip(SeenBag.all(of: training), training.labels).filter { $0.1 == 1 }.map(\.0)
    #expect(positives.allSatisfy { $0.count(around: 2) == $0.count(around: 3) })
    #expect(Set(positives.map { $0.means.count - 2 * $0.count(around: 2) }) == Set(1...9))
  }

  @Test("False frequency: counts are those of the notebook and of torchmil")
  func falseFrequency() throws {
    var bags = FalseFrequencyBags()
    var test = try bags.trainingAndTest(trainingBags: 20, testBags: 4000).test
    let masses = Set(35...39).union([0])
    #expect(counts(test, label: 0, around: [-2, 2]) == [masses, masses])
    #expect(counts(test, label: 1, around: [-2, 2]) == [[1], [1]])
    bags.sampling.variant = .torchmil
    let training: BagDataset
    (training, test) = try bags.trainingAndTest(trainingBags: 400, testBags: 4000)
    #expect(counts(training, label: 0, around: [2, 3]) == [[1], [0]])
    let copies = Set(35...44)
    #expect(counts(test, label: 0, around: [2, 3]) == [copies, [0]])
    #expect(counts(test, label: 1, around: [2, 3]) == [[1], [1]])
  }

  @Test("Single concept: torchmil's bags hold a fixed number of background instances and indicators by coin")
  func singleConcept() throws {
    var bags = SingleConceptBags()
    bags.sampling.variant = .torchmil
    bags.background = 7
    let (training, test) = try bags.trainingAndTest(trainingBags: 2000, testBags: 20)
    let labels = try #require(training.instanceLabels).compactMap(\.self)
    for bag in training.labels.indices {
      let indicators = labels[training[rowsOfBag: bag]].reduce(0, +)
      #expect(training[sizeOfBag: bag] == 7 + (training.labels[bag] == 0 ? 1 : indicators))
    }
    for (set, poisoned) in [(training, 0), (test, 1)] {
      #expect(counts(set, label: poisoned, around: [-10]) == [[1]])
      #expect(counts(set, label: 1 - poisoned, around: [-10]) == [[0]])
    }
    let means = labels.indices.filter { labels[$0] == 1 }.map { row in
      training.instances.row(row).reduce(0) { $0 + Double($1) } / 16
    }
    // Half of them are N(0, 3), half N(1, 1).
    #expect(abs(means.reduce(0, +) / Double(means.count) - 0.5) < 0.05)
  }

  @Test("Training and test bags follow from one seed, negative bags come first, only they have no labelled instance")
  func structure() throws {
    for generator in [SingleConceptBags(), TwoConceptBags(), FalseFrequencyBags()] as [any AlgorithmicTest] {
      let (training, test) = try generator.trainingAndTest(trainingBags: 21, testBags: 10)
      let again = try generator.trainingAndTest(trainingBags: 21, testBags: 10)
      #expect(training == again.training && test == again.test && training.featureCount == 16)
      #expect(training.labels == Array(repeating: 0, count: 11) + Array(repeating: 1, count: 10))
      let labels = try #require(training.instanceLabels)
      for bag in training.labels.indices {
        #expect((labels[training[rowsOfBag: bag]].contains(1)) == (training.labels[bag] == 1))
      }
      var other = generator
      other.sampling.seed = 2
      #expect(try other.trainingAndTest(trainingBags: 21, testBags: 10).training.instances != training.instances)
    }
  }

  @Test("Padding fills up with background and takes nothing away")
  func padding() throws {
    var bags = FalseFrequencyBags()
    bags.sampling.minimumSize = 37
    let (training, test) = try bags.trainingAndTest(trainingBags: 40, testBags: 200)
    #expect(training.labels.indices.allSatisfy { training[sizeOfBag: $0] == 37 })
    #expect(Set(test.labels.indices.map { test[sizeOfBag: $0] }) == [37, 38, 39])
  }

  @Test("Options that a variant does not have are refused")
  func refusals() {
    var single = SingleConceptBags()
    single.background = 3
    #expect(throws: DatasetError.self) { try single.makeBags(named: "s") }
    var two = TwoConceptBags()
    two.version = 2
    two.sampling.variant = .torchmil
    #expect(throws: DatasetError.self) { try two.makeBags(named: "t") }
    two = TwoConceptBags()
    two.sampling.bags = 1
    #expect(throws: DatasetError.self) { try two.makeBags(named: "t") }
  }
}
