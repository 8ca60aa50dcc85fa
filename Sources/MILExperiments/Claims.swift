import MILRecords
import UserInput

/// What a paper claims of its models, in words and as comparisons that measured cells can bear out or not.
package struct Claim: Sendable, Equatable {
  /// The claim in words.
  public var text: String
  /// What must hold for it, all of them.
  package var conditions: [ClaimCondition]

  /// A claim from its parts.
  package init(text: String, conditions: [ClaimCondition]) {
    self.text = text
    self.conditions = conditions
  }

  /// What contradicts the description of the properties, as half a sentence that starts with a key.
  func problem(models: [String], metrics: [String]) -> String? {
    if conditions.isEmpty { return "conditions: an empty list, expected at least one condition" }
    return conditions.indices.lazy.compactMap { index in
      conditions[index].problem(models: models, metrics: metrics).map { "conditions[\(index)]: \($0)" }
    }.first
  }
}

/// A comparison of two models of an experiment, and the bounds within which it must lie.
package struct ClaimCondition: Sendable, Equatable {
  /// How two values are compared.
  package enum Comparison: String, Codable, Sendable, CaseIterable {
    /// The model's value minus the other's.
    case difference
    /// The model's value divided by the other's.
    case ratio
  }

  /// The key of the figure that is compared: that of a metric, `parameters` or `seconds`.
  public var metric: String
  /// How.
  package var comparison: Comparison
  /// The model id on the left.
  package var model: String
  /// The model id that it is compared with.
  package var against: String
  /// The least value that bears the claim out.
  package var atLeast: Double?
  /// The largest value that does.
  package var atMost: Double?

  /// A condition from its parts.
  package init(
    metric: String, comparison: Comparison, model: String, against: String, atLeast: Double? = nil,
    atMost: Double? = nil
  ) {
    self.metric = metric
    self.comparison = comparison
    self.model = model
    self.against = against
    self.atLeast = atLeast
    self.atMost = atMost
  }

  /// What contradicts the description of the properties, as half a sentence that starts with a key.
  func problem(models: [String], metrics: [String]) -> String? {
    if !metrics.contains(metric) { return "metric: \"\(metric)\", expected one of \(metrics.joined(separator: ", "))" }
    for (key, id) in [("model", model), ("against", against)] where !models.contains(id) {
      let near = Spelling.nearest(to: id, in: models).first.map { ", did you mean \($0)?" } ?? ""
      return "\(key): \(id) is not one of the experiment's models\(near)"
    }
    let bounds = [atLeast, atMost].compactMap { $0 }
    if bounds.isEmpty { return "neither atLeast nor atMost, expected one of them or both" }
    if let bound = bounds.first(where: { !$0.isFinite }) { return "the bound \(bound), expected a finite number" }
    if let atLeast, let atMost, atLeast > atMost { return "atLeast \(atLeast) is above atMost \(atMost)" }
    return nil
  }
}

/// What was measured for a condition.
package struct ClaimMeasurement: Sendable, Equatable {
  /// The condition.
  package let condition: ClaimCondition
  /// The comparison on each data set on which both models have finished trials, in the experiment's order.
  package let values: [(dataset: String, value: Double)]

  /// The mean over the data sets; nil without any.
  package var mean: Double? { MILRecords.mean(values.map(\.value)) }

  /// Whether the mean lies within the bounds; nil without data sets.
  package var holds: Bool? {
    mean.map { $0 >= condition.atLeast ?? -.infinity && $0 <= condition.atMost ?? .infinity }
  }

  /// Whether two measurements are the same.
  package static func == (left: ClaimMeasurement, right: ClaimMeasurement) -> Bool {
    left.condition == right.condition && left.values.elementsEqual(right.values) { $0 == $1 }
  }
}

/// A claim with what was measured for it.
package struct ClaimAnswer: Sendable, Equatable {
  /// The claim.
  package let claim: Claim
  /// One measurement a condition.
  package let measurements: [ClaimMeasurement]

  /// Whether all conditions hold; nil while none fails and some are not measured.
  package var holds: Bool? {
    let answers = measurements.map(\.holds)
    return answers.contains(false) ? false : answers.contains(nil) ? nil : true
  }

  /// The answers to an experiment's claims from its cells.
  package static func answers(_ experiment: Experiment, _ cells: [CellSummary]) -> [ClaimAnswer] {
    let known = Dictionary(cells.map { ($0.key, $0) }) { first, _ in first }
    func value(_ key: String, _ id: String, _ dataset: String) -> Double? {
      guard let model = experiment.models.first(where: { $0.id == id }) else { return nil }
      return known[CellKey(dataset: dataset, model: id, protocol: experiment.protocolName(of: model))]?[key]
    }
    return experiment.claims.map { claim in
      ClaimAnswer(
        claim: claim,
        measurements: claim.conditions.map { condition in
          let values = experiment.datasets.compactMap { dataset -> (dataset: String, value: Double)? in
            guard let left = value(condition.metric, condition.model, dataset),
              let right = value(condition.metric, condition.against, dataset)
            else { return nil }
            let compared = condition.comparison == .difference ? left - right : left / right
            return compared.isFinite ? (dataset, compared) : nil
          }
          return ClaimMeasurement(condition: condition, values: values)
        })
    }
  }
}

// MARK: - Reading

extension Claim: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case text, conditions
  }

  /// A claim from an object.
  package init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      text: try object.decode(String.self, forKey: .text),
      conditions: try object.decode([ClaimCondition].self, forKey: .conditions))
  }
}

extension ClaimCondition: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case metric, comparison, model, against, atLeast, atMost
  }

  /// A condition from an object.
  package init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      metric: try object.decode(String.self, forKey: .metric),
      comparison: try object.decodeChoice(Comparison.self, forKey: .comparison),
      model: try object.decode(String.self, forKey: .model), against: try object.decode(String.self, forKey: .against),
      atLeast: try object.decodeIfPresent(Double.self, forKey: .atLeast),
      atMost: try object.decodeIfPresent(Double.self, forKey: .atMost))
  }
}
