import MILRecords
import UserInput

/// A paper's claim about its models, in words and as comparisons that measured cells can confirm or refute.
package struct Claim: Sendable, Equatable {
  /// The claim in words.
  package var text: String
  /// The conditions of the claim, all of which must be true.
  package var conditions: [ClaimCondition]

  /// Creates a claim from its parts.
  package init(text: String, conditions: [ClaimCondition]) {
    self.text = text
    self.conditions = conditions
  }

  /// Returns the first invalid property, as half a sentence that starts with a key; nil if all are valid.
  func problem(models: [String], metrics: [String]) -> String? {
    if conditions.isEmpty { return "conditions: an empty list, expected at least one condition" }
    return conditions.indices.lazy.compactMap { index in
      conditions[index].problem(models: models, metrics: metrics).map { "conditions[\(index)]: \($0)" }
    }.first
  }
}

/// A comparison of two models of an experiment, and the bounds within which it must lie.
package struct ClaimCondition: Sendable, Equatable {
  /// The kind of comparison of two values.
  package enum Comparison: String, Codable, Sendable, CaseIterable {
    /// The model's value minus the other's.
    case difference
    /// The model's value divided by the other's.
    case ratio
  }

  /// The key of the compared figure: that of a metric, `parameters` or `seconds`.
  package var metric: String
  /// The kind of comparison.
  package var comparison: Comparison
  /// The model id on the left.
  package var model: String
  /// The id of the model on the right.
  package var against: String
  /// The smallest value that confirms the claim.
  package var atLeast: Double?
  /// The largest value that confirms the claim.
  package var atMost: Double?

  /// Creates a condition from its parts.
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

  /// Returns the first invalid property, as half a sentence that starts with a key; nil if all are valid.
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

/// The measurement for a condition.
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

  /// Returns whether two measurements are equal.
  package static func == (left: ClaimMeasurement, right: ClaimMeasurement) -> Bool {
    left.condition == right.condition && left.values.elementsEqual(right.values) { $0 == $1 }
  }
}

/// A claim with its measurements.
package struct ClaimAnswer: Sendable, Equatable {
  /// The claim.
  package let claim: Claim
  /// The measurements, one for each condition.
  package let measurements: [ClaimMeasurement]

  /// Whether all conditions are true; nil if none is false and some are not measured.
  package var holds: Bool? {
    let answers = measurements.map(\.holds)
    return answers.contains(false) ? false : answers.contains(nil) ? nil : true
  }

  /// Returns the answers to an experiment's claims from its cells.
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

  /// Reads a claim from an object.
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

  /// Reads a condition from an object.
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
