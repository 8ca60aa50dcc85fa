import UserInput

/// A value in a place of its own: copies of its owner share it.
final class Shared<Value: Sendable>: Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }

  /// Returns a place of its own with the changed value.
  func changing(_ change: (inout Value) -> Void) -> Shared {
    var copy = value
    change(&copy)
    return Shared(copy)
  }
}

extension Shared: Equatable where Value: Equatable {
  static func == (left: Shared, right: Shared) -> Bool { left === right || left.value == right.value }
}

/// The properties of a trial that others of its repetition share; ``TrialRecord`` documents each.
struct TrialOrigin: Codable, Sendable, Equatable {
  var format: Int = TrialRecord.currentFormat
  var experiment: String
  var dataset: String
  var dataHash: String
  var model: String
  var configuration: String
  var `protocol`: String
  var protocolSettings: String
  var repetition: Int
  var foldsHash: String
  var scoresAreProbabilities: Bool = false
  var version: String
  var core: String
  var code: String?
  var seedName: String?
  var foldsSource: String?
  var title: String?
  var family: String?
  var recipe: String?
  var reading: [ReadDecision]?
  var task: String?
  var classNames: [String]?
  var metric: String?
}

/// The properties of one trial alone; ``TrialRecord`` documents each.
struct TrialResult: Codable, Sendable, Equatable {
  var fold: Int
  var status: TrialStatus
  var message: String?
  var seed: String
  var bags: [Int] = []
  var labels: [Int] = []
  var scores: [Double] = []
  var trainingBags: Int?
  var trainingPositives: Int?
  var threshold: Double = 0.5
  var correctByEpoch: [Int] = []
  var lossByEpoch: [Float] = []
  var ended: Double?
  var seconds: Double = 0
  var scoringSeconds: Double = 0
  var steps: Int = 0
  var parameters: Int = 0
  var notes: [String: String] = [:]
  var instances: InstanceResult?
  var chosen: [String: ChosenValue]?
  var numbers: [Double]?
  var times: [Double]?
  var events: [Bool]?
  var outputs: [[Double]]?
  var called: [Int]?
  var valueByEpoch: [Double]?
}

/// The distinct origins of the records that a reader returned.
struct SharedOrigins {
  /// The properties by which origins are found; the others rarely differ if these do not.
  private struct Place: Hashable {
    let dataset, model, `protocol`, foldsHash: String
    let repetition: Int
  }

  /// The largest number of origins in one place: if there are more, they differ from line to line.
  private static let limit = 16
  private var known: [Place: [Shared<TrialOrigin>]] = [:]
  private var last: Shared<TrialOrigin>?

  /// Returns the shared place of an equal origin.
  mutating func shared(_ origin: TrialOrigin) -> Shared<TrialOrigin> {
    if let last, last.value == origin { return last }
    let place = Place(
      dataset: origin.dataset, model: origin.model, protocol: origin.protocol, foldsHash: origin.foldsHash,
      repetition: origin.repetition)
    let others = known[place] ?? []
    let found = others.first { $0.value == origin } ?? Shared(origin)
    if !others.contains(where: { $0 === found }), others.count < Self.limit { known[place] = others + [found] }
    last = found
    return found
  }
}
