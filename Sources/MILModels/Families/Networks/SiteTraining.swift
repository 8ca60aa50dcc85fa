import Autodiff
import LinearAlgebra
import MILBags
import UserInput

/// The role of sites in a training, if the groups of bags are the sites that they come from.
///
/// With `federated` no bag leaves its site. In each epoch, a round, every site trains from the shared parameters on its
/// own bags; the shared parameters become the average over the sites. A swarm without a server computes the same
/// average. `largest` is the result of the largest site alone, and `pooled` that of all bags together.
///
/// Sources: B. McMahan, E. Moore, D. Ramage, S. Hampson, B. Agüera y Arcas, Communication-efficient learning of deep
/// networks from decentralized data, AISTATS 2017, PMLR 54:1273-1282; of slides, with noise, M. Y. Lu et al., Federated
/// learning for computational pathology on gigapixel whole slide images, Medical Image Analysis 76, 2022,
/// doi:10.1016/j.media.2021.102298; without a server S. Warnat-Herresthal et al., Swarm learning for decentralized and
/// confidential clinical machine learning, Nature 594, 2021, doi:10.1038/s41586-021-03583-3.
package struct SiteTraining: Codable, Sendable, Equatable {
  /// The bags that train together.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// All bags.
    case pooled
    /// The bags of each site, in rounds.
    case federated
    /// The bags of the site with most bags, and no others.
    case largest
  }

  /// The weight of a site in the average.
  package enum Weights: String, Codable, Sendable, CaseIterable {
    /// The number of its bags.
    case size
    /// The same for every site.
    case equal
  }

  /// The bags that train together.
  package var sites = Kind.pooled
  /// The number of a site's passes over its bags in a round.
  package var localEpochs = 1
  /// The weight of a site in the average.
  package var siteWeights = Weights.size
  /// The deviation of the noise that a site adds to the weights of a layer before sharing them, as a share of theirs.
  /// Biases get no noise.
  package var siteNoise = 0.0

  /// Creates the default, with all bags together.
  package init() {}

  /// Throws if a value is outside its range.
  func validate() throws {
    try ConfigurationError.require("localEpochs", localEpochs, in: 1...1_000_000)
    try ConfigurationError.require("siteNoise", siteNoise, in: 0...1e3)
  }

  /// Returns the bags of each site, by their numbers in the data set, in the order of the sites' names.
  ///
  /// - Throws: ``NotApplicable`` for bags without groups.
  func division(of bags: BagDataset) throws -> [[Int]] {
    guard let groups = bags.groups else {
      throw NotApplicable("sites=\(sites.rawValue) takes groups of bags as sites, the bags have none")
    }
    return Dictionary(grouping: groups.indices) { groups[$0] }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Returns the bags that a training uses at all.
  func bags(of training: BagDataset) throws -> BagDataset {
    guard sites == .largest else { return training }
    let division = try division(of: training)
    let most = division.map(\.count).max() ?? 0
    return training.selecting(bags: division.first { $0.count == most } ?? [])
  }
}

/// The rounds of a federated training.
struct FederatedRounds {
  let settings: SiteTraining
  /// The training of a site in a round.
  var phase: TrainingPhase
  let graph: ComputationGraph
  let loss: Variable
  let task: any BagTask

  /// Trains in rounds, updates the parameters of an evaluator, and returns the number of steps of all sites.
  ///
  /// - Parameters:
  ///   - evaluator: the evaluator with the shared parameters.
  ///   - training: the bags of all sites.
  ///   - seed: the seed of orders, dropout and noise.
  ///   - finished: called after each round with its number and the mean loss of the sites' last epochs.
  func run(
    _ evaluator: Evaluator, _ training: BagDataset, seed: UInt64, finished: (Int, Float) throws -> Void
  ) throws -> Int {
    let sites = try settings.division(of: training).map { numbers in
      let bags = training.selecting(bags: numbers)
      return (bags: bags, stream: try BagStream(bags, for: task))
    }
    let counts = sites.map { settings.siteWeights == .size ? Double($0.bags.bagCount) : 1 }
    let total = counts.reduce(0, +)
    var local = phase
    local.epochs = settings.localEpochs
    var steps = 0
    for round in 1...phase.epochs {
      let shared = evaluator.parameters
      var sums: [String: Matrix<Double>] = [:]
      var mean = 0.0
      for (place, site) in sites.enumerated() {
        let own = Seed.derive(from: seed, ["round", String(round), "site", String(place + 1)])
        var loss: Float = 0
        let trainer: Trainer
        do {
          trainer = try local.run(
            graph, loss: self.loss, site.bags, site.stream, seed: own, from: shared
          ) { _, last, _ in
            loss = last
            return true
          }
        } catch is TrainingDiverged {
          throw TrainingDiverged(epoch: round)
        }
        mean += counts[place] / total * Double(loss)
        steps += trainer.stepCount
        var generator = RandomGenerator(seed: Seed.derive(from: own, ["noise"]))
        for description in trainer.parameterDescriptions where description.trains {
          guard let matrix = trainer.parameter(description.name) else { continue }
          let noisy = description.rows > 1 ? matrix.noisy(settings.siteNoise, &generator) : matrix.inDouble
          sums[description.name, default: Matrix(rows: matrix.rows, columns: matrix.columns)]
            .add(noisy, times: counts[place] / total)
        }
      }
      for (name, sum) in sums.sorted(by: { $0.key < $1.key }) { evaluator.setParameter(name, to: sum.inFloat) }
      try finished(round, Float(mean))
    }
    return steps
  }
}

extension Evaluator {
  /// All parameters by name.
  var parameters: [String: Matrix<Float>] {
    parameterDescriptions.reduce(into: [:]) { $0[$1.name] = parameter($1.name) }
  }
}

extension Matrix<Float> {
  fileprivate var inDouble: Matrix<Double> {
    Matrix<Double>(rows: rows, columns: columns, elements: elements.map(Double.init))
  }

  /// Returns the elements with normal noise, whose deviation is a share of theirs.
  fileprivate func noisy(_ share: Double, _ generator: inout RandomGenerator) -> Matrix<Double> {
    guard share > 0 else { return inDouble }
    let values = elements.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    return Matrix<Double>(
      rows: rows, columns: columns, elements: values.map { $0 + share * deviation * generator.normal() })
  }
}

extension Matrix<Double> {
  fileprivate var inFloat: Matrix<Float> {
    Matrix<Float>(rows: rows, columns: columns, elements: elements.map(Float.init))
  }

  fileprivate mutating func add(_ other: Matrix, times factor: Double) {
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] += factor * other[row, column] }
    }
  }
}
