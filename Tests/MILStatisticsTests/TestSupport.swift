import Foundation
import MILExperiments
import MILRecords

/// Returns a file of the fixtures.
func fixture(_ name: String) throws -> URL {
  guard let file = Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil) else {
    throw CocoaError(.fileNoSuchFile)
  }
  return file
}

/// The golden numbers of `statistics.py`.
struct Golden: Decodable {
  struct Distribution: Decodable {
    let name: String
    let parameters: [Double]
    let at: Double
    let value: Double
    let twoSided: Double?
  }
  struct TTest: Decodable {
    let differences: [Double]
    let folds: Int
    let rope, mean, standardError, statistic, p, aBetter, equal, bBetter: Double
  }
  struct Bootstrap: Decodable {
    let differences: [Double]
    let seed: String
    let level: Double
    let resamples: Int
    let low, high: Double
  }
  struct McNemar: Decodable {
    let aOnly, bOnly: Int
    let p, pContinuity: Double
  }
  struct Friedman: Decodable {
    let table: [[Double]]
    let ranks: [Double]
    let chiSquare, chiSquareP, f, p, smallest: Double
  }
  struct Wilcoxon: Decodable {
    let differences: [Double]
    let positive, negative: Double
    let count: Int
    let p: Double
  }
  struct Holm: Decodable { let p, adjusted: [Double] }
  struct Groups: Decodable {
    let p: [[Double]]
    let runs: [[Int]]
  }

  let distributions: [Distribution]
  let tTests: [TTest]
  let bootstraps: [Bootstrap]
  let mcnemar: [McNemar]
  let friedman: [Friedman]
  let wilcoxon: [Wilcoxon]
  let holm: [Holm]
  let groups: [Groups]

  static func load() throws -> Golden {
    try JSONDecoder().decode(Golden.self, from: Data(contentsOf: fixture("statistics.json")))
  }
}

/// Returns whether two numbers agree to 1e-10.
func isClose(_ found: Double?, _ expected: Double?) -> Bool {
  guard let found, let expected else { return found == nil && expected == nil }
  return (found - expected).magnitude <= 1e-10 * max(1, expected.magnitude)
}

/// Returns a record of ten test bags of fold `fold`, of which the first `right` are predicted correctly.
func record(
  _ model: String, dataset: String = "musk1", repetition: Int = 1, fold: Int = 1, right: Int = 8,
  status: TrialStatus = .finished, foldsHash: String = "f", dataHash: String = "d", folds: Int = 3
) -> TrialRecord {
  var record = TrialRecord(
    experiment: "test", dataset: dataset, dataHash: dataHash, model: model, configuration: "{}", protocol: "clean",
    protocolSettings: "{\"folds\":\(folds)}", repetition: repetition, fold: fold, foldsHash: foldsHash, status: status,
    seed: "1", version: "1", core: "Haswell")
  guard status == .finished else { return record }
  record.bags = (0..<10).map { $0 + 10 * (fold - 1) }
  record.labels = (0..<10).map { $0 % 2 }
  record.scores = record.labels.enumerated().map { ($0 < right) == ($1 == 1) ? 0.8 : 0.2 }
  record.correctByEpoch = [right]
  return record
}

/// Returns an experiment over the given models and data sets.
func experiment(_ models: [String], _ datasets: [String] = ["musk1"]) -> Experiment {
  Experiment(name: "x", title: "X", datasets: datasets, models: models.map { ExperimentModel(id: $0) })
}
