import LinearAlgebra
import MILBags
import MILModels
import MILRecords
import UserInput

/// The change that a protocol makes to the training bags of each fold, for measuring robustness as a curve.
///
/// Changes are drawn for a fold of a data set, not for a model, so all models train on the same bags with the same
/// wrong labels. They are nested: a larger share flips all labels that a smaller one flips. Test bags stay as they are.
///
/// Sources: for flipped labels D. Angluin, P. Laird, Learning from noisy examples, Machine Learning 2(4), 1988,
/// doi:10.1007/BF00116829; for noise and imbalance of bags M.-A. Carbonneau, V. Cheplygina, E. Granger, G. Gagnon,
/// Multiple instance learning: a survey of problem characteristics and applications, Pattern Recognition 77, 2018,
/// doi:10.1016/j.patcog.2017.10.009.
package struct TrainingChange: Codable, Sendable, Hashable {
  /// The choice of labelled bags if not all are labelled.
  package enum Acquisition: String, Codable, Sendable, CaseIterable {
    /// Random bags, with classes in proportion.
    case random
    /// The bags about which the model, fitted on the bags labelled so far, is most uncertain. Source: D. D. Lewis, W.
    /// A. Gale, A sequential algorithm for training text classifiers, SIGIR 1994, doi:10.1007/978-1-4471-2099-5_1; for
    /// an overview B. Settles, Active learning literature survey, University of Wisconsin-Madison, 2009.
    case uncertainty
  }

  /// The share of training bags whose label is replaced by another one, each of the others with equal probability.
  package var labelNoise = 0.0
  /// The largest share of positive bags among the training bags: positive bags beyond it are left out, except one.
  package var positiveShare = 1.0
  /// The largest number of training bags, with classes in the proportions of all of them; 0 for all.
  package var trainingBags = 0
  /// The choice of these bags.
  package var acquisition = Acquisition.random
  /// The number of random bags labelled before the first round.
  package var startBags = 10
  /// The number of bags labelled in a round.
  package var bagsPerRound = 5

  /// Creates no change.
  package init() {}

  /// Throws if a value is outside its range.
  func validate() throws {
    try ConfigurationError.require("labelNoise", labelNoise, in: 0...1)
    try ConfigurationError.require("positiveShare", positiveShare, in: 0...1)
    try ConfigurationError.require("trainingBags", trainingBags, in: 0...1_000_000_000)
    try ConfigurationError.require("startBags", startBags, in: 1...1_000_000_000)
    try ConfigurationError.require("bagsPerRound", bagsPerRound, in: 1...1_000_000_000)
  }

  /// Returns the reason why the change does not apply to some targets; nil if it does.
  func reasonAgainst(_ targets: Targets) -> NotApplicable? {
    if labelNoise > 0, targets.classCount < 2 {
      return NotApplicable("labelNoise needs classes, the bags have \(targets.kind.title)")
    }
    if acquisition == .uncertainty, targets.classCount < 2 {
      return NotApplicable("acquisition=uncertainty needs classes, the bags have \(targets.kind.title)")
    }
    if positiveShare < 1, targets.kind != .twoClasses {
      return NotApplicable("positiveShare needs two classes, the bags have \(targets.kind.title)")
    }
    return nil
  }

  /// Returns the training bags that are left, in their order.
  ///
  /// - Parameters:
  ///   - bags: the numbers of the training bags in their data set.
  ///   - targets: the targets of all bags of the data set.
  ///   - seed: the seed that decides which bags are left out.
  func selecting(_ bags: [Int], _ targets: Targets, seed: UInt64) -> [Int] {
    var labels = Array(repeating: 0, count: targets.count)
    if let known = targets.classIndices { labels = known }
    var left = Dictionary(grouping: bags) { labels[$0] }.mapValues { $0.sorted(by: Self.draws(seed, "kept")) }
    if positiveShare < 1, let positives = left[1], let negatives = left[0] {
      let most = positiveShare * Double(negatives.count) / (1 - positiveShare)
      left[1] = Array(positives.prefix(max(1, Int(min(most, Double(positives.count))))))
    }
    let count = left.values.reduce(0) { $0 + $1.count }
    if trainingBags > 0, trainingBags < count {
      // Places within classes, as shares, so that the first bags of all classes together keep their proportions.
      var places: [(share: Double, bag: Int)] = []
      for (_, members) in left.sorted(by: { $0.key < $1.key }) {
        for (place, bag) in members.enumerated() { places.append(((Double(place) + 0.5) / Double(members.count), bag)) }
      }
      places.sort { ($0.share, labels[$0.bag]) < ($1.share, labels[$1.bag]) }
      left = [0: places.prefix(trainingBags).map(\.bag)]
    }
    let kept = Set(left.values.joined())
    return bags.filter(kept.contains)
  }

  /// Returns the training bags with flipped labels among them, and the number of flipped labels.
  ///
  /// - Parameters:
  ///   - training: the training bags.
  ///   - numbers: the number of each in its data set.
  ///   - seed: the seed that decides which labels are flipped.
  func flipping(_ training: BagDataset, _ numbers: [Int], seed: UInt64) throws -> (bags: BagDataset, count: Int) {
    let count = Int((labelNoise * Double(numbers.count)).rounded())
    let classes = training.targets.classCount
    guard count > 0, classes > 1, case .classes(var labels, let names) = training.targets else { return (training, 0) }
    let before = Self.draws(seed, "flipped")
    for place in numbers.indices.sorted(by: { before(numbers[$0], numbers[$1]) }).prefix(count) {
      let step = Seed.derive(from: seed, ["class", String(numbers[place])]) % UInt64(classes - 1)
      labels[place] = (labels[place] + 1 + Int(step)) % classes
    }
    return (try training.replacing(targets: .classes(labels, names: names)), count)
  }

  /// Returns bags in a drawn order.
  func drawn(_ bags: [Int], seed: UInt64) -> [Int] { bags.sorted(by: Self.draws(seed, "asked")) }

  /// Returns a drawn order of bags by their numbers, independent of the set of bags.
  private static func draws(_ seed: UInt64, _ name: String) -> (Int, Int) -> Bool {
    func draw(_ bag: Int) -> UInt64 { Seed.derive(from: seed, [name, String(bag)]) }
    return { (draw($0), $0) < (draw($1), $1) }
  }
}

/// A protocol as trials name it: the rules, the change to training bags and what repetitions vary, such as
/// `clean[labelNoise=0.2]`.
package struct TrialProtocol: Sendable {
  /// The rules.
  package let rules: EvaluationProtocol
  /// The change to the training bags of each fold; nil for none.
  package let change: TrainingChange?
  /// The part of a trial that differs between repetitions; nil for all of it.
  package let varies: RepetitionVariation?
  /// The canonical name.
  package let name: String

  /// The available protocols, for the help of commands.
  package static let help =
    "clean, as-published or tuned; with a change of the training bags as clean[labelNoise=0.2], "
    + "clean[positiveShare=0.1] or clean[trainingBags=20]; with one source of randomness as clean[varies=order]."

  /// Creates the protocol with this name.
  ///
  /// - Throws: ``EvaluationError`` for unknown rules or changes.
  package init(named text: String) throws {
    do {
      let written = try ParameterisedName(parsing: text)
      rules = try EvaluationProtocol(named: written.name)
      var given = written.parameters
      let variation = try given.removeValue(forKey: RepetitionVariation.parameter).map(RepetitionVariation.init(named:))
      varies = variation == .all ? nil : variation
      let schema = try ParameterSchema(TrainingChange(), kind: "protocol") { try $0.validate() }
      let parameters = try schema.canonical(given)
      change = parameters.isEmpty ? nil : try schema.parameters(setting: parameters).decoded(as: TrainingChange.self)
      var named = parameters
      named[RepetitionVariation.parameter] = varies?.rawValue
      name = ParameterisedName(name: rules.rawValue, parameters: named).description
    } catch let error as NameError {
      throw EvaluationError("protocol \(error)")
    } catch let error as ConfigurationError {
      throw EvaluationError("protocol \"\(text)\": \(error)")
    }
  }
}
