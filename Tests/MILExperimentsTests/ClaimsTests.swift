import Foundation
import MILExperiments
import MILRecords
import TestSupport
import Testing

@Suite("Claims")
struct ClaimsTests {
  /// Two data sets, models a and b: on the first set, a has AUC .75 and 1; the models have 40 and 100 parameters.
  static let cells: [CellSummary] = {
    var records: [TrialRecord] = []
    for dataset in ["one", "two"] {
      for (model, scores, parameters) in [("a", [0.9, 0.1, 0.4, 0.5], 40), ("b", [0.9, 0.1, 0.8, 0.5], 100)] {
        var trial = record(dataset: dataset, model: model)
        trial.scores = dataset == "two" ? [0.9, 0.1, 0.8, 0.5] : scores
        trial.parameters = parameters
        records.append(trial)
      }
    }
    return CellSummary.summaries(of: records)
  }()

  static func experiment(_ conditions: [ClaimCondition]) -> Experiment {
    var experiment = Experiment(
      name: "x", title: "X", datasets: ["two", "one", "three"],
      models: ["a", "b", "c"].map { ExperimentModel(id: $0) })
    experiment.claims = [Claim(text: "a against b", conditions: conditions)]
    return experiment
  }

  static func condition(
    _ metric: String, _ comparison: ClaimCondition.Comparison = .difference, against: String = "b",
    atLeast: Double? = nil, atMost: Double? = nil
  ) -> ClaimCondition {
    ClaimCondition(
      metric: metric, comparison: comparison, model: "a", against: against, atLeast: atLeast, atMost: atMost)
  }

  static func answer(_ conditions: ClaimCondition...) throws -> ClaimAnswer {
    try #require(ClaimAnswer.answers(experiment(conditions), cells).first)
  }

  @Test("Differences and ratios are taken data set by data set and averaged")
  func values() throws {
    let difference = try Self.answer(Self.condition("auc", atLeast: 0)).measurements[0]
    #expect(difference.values.map(\.dataset) == ["two", "one"])
    #expect(difference.values.map(\.value) == [0, -0.25])
    #expect(difference.mean == -0.125)
    let ratio = try Self.answer(Self.condition("parameters", .ratio, atLeast: 0)).measurements[0]
    #expect(ratio.values.map(\.value) == [0.4, 0.4])
    #expect(try Self.answer(Self.condition("seconds", .ratio, atLeast: 0)).measurements[0].mean == 1)
    #expect(try Self.answer(Self.condition("accuracy", atLeast: 0)).measurements[0].mean == 0)
  }

  @Test("A claim holds when all its means lie within their bounds")
  func verdicts() throws {
    #expect(try Self.answer(Self.condition("auc", atLeast: -0.125)).holds == true)
    #expect(try Self.answer(Self.condition("auc", atLeast: -0.124)).holds == false)
    #expect(try Self.answer(Self.condition("auc", atMost: -0.125)).holds == true)
    #expect(try Self.answer(Self.condition("auc", atMost: -0.126)).holds == false)
    let parameters = Self.condition("parameters", .ratio, atMost: 0.5)
    #expect(try Self.answer(Self.condition("auc", atLeast: -1), parameters).holds == true)
    #expect(try Self.answer(Self.condition("auc", atLeast: 0), parameters).holds == false)
  }

  @Test("What was not measured leaves a claim open, unless another condition fails")
  func open() throws {
    let missing = Self.condition("auc", against: "c", atLeast: 0)
    #expect(try Self.answer(missing).holds == nil)
    #expect(try Self.answer(missing).measurements[0].mean == nil)
    #expect(try Self.answer(missing, Self.condition("auc", atLeast: -1)).holds == nil)
    #expect(try Self.answer(missing, Self.condition("auc", atLeast: 0)).holds == false)
  }

  static func load(_ claims: String) throws -> Experiment {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("x.json5")
      let text = "{ title: 'X', datasets: ['one'], models: ['a', 'b'], claims: \(claims) }"
      try Data(text.utf8).write(to: file)
      return try Experiment.load(from: file)
    }
  }

  @Test("Claims are read from an experiment's file")
  func reading() throws {
    let condition = "{ metric: 'auc', comparison: 'difference', model: 'a', against: 'b', atLeast: -0.5, atMost: 1 }"
    let experiment = try Self.load("[{ text: 'a against b', conditions: [\(condition)] }]")
    #expect(
      experiment.claims == [
        Claim(text: "a against b", conditions: [Self.condition("auc", atLeast: -0.5, atMost: 1)])
      ])
  }

  @Test(
    "A claim that cannot be answered is refused with its place",
    arguments: [
      ("[{ text: 'x', conditions: [] }]", "claims[0].conditions: an empty list, expected at least one condition"),
      (
        "[{ text: ' ', conditions: [{C, atLeast: 1}] }]",
        "an empty title, protocol, fold scheme, data set, model, label, claim or group"
      ),
      ("[{ text: 'x', conditions: [{C}] }]", "claims[0].conditions[0]: neither atLeast nor atMost"),
      ("[{ text: 'x', conditions: [{C, atLeast: 2, atMost: 1}] }]", "atLeast 2.0 is above atMost 1.0"),
      ("[{ text: 'x', conditions: [{C, atLeast: Infinity}] }]", "the bound inf, expected a finite number"),
      ("[{ text: 'x', conditions: [{C, atleast: 2}] }]", "unknown key \"atleast\""),
      (
        "[{ text: 'x', conditions: [{metric: 'auc', comparison: 'ratio', model: 'a', against: 'z', atMost: 1}] }]",
        "claims[0].conditions[0]: against: z is not one of the experiment's models"
      ),
      (
        "[{ text: 'x', conditions: [{metric: 'loss', comparison: 'ratio', model: 'a', against: 'b', atMost: 1}] }]",
        "claims[0].conditions[0]: metric: \"loss\", expected one of accuracy, auc, aucPooled"
      ),
    ])
  func refusals(claims: String, problem: String) {
    let common = "metric: 'auc', comparison: 'ratio', model: 'a', against: 'b'"
    let text = message { _ = try Self.load(claims.replacing("{C", with: "{" + common)) }
    #expect(text?.contains(problem) == true, "\(text ?? "nothing was thrown")")
  }
}
