import Foundation
import MILRecords
import MILStatistics
import Testing

@Suite("ROC curves and calibration")
struct ROCCurveTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let labels: [Int]
    let scores, falseAlarms, sensitivity: [Double]
    let area: Double
    let averaged: [Double]
    let calibrationError: Double?
    var testDescription: String { name }
  }

  static func cases() throws -> [Case] {
    try JSONDecoder().decode([Case].self, from: Data(contentsOf: fixture("classifiers.json")))
  }

  @Test("Points and areas agree with scikit-learn, calibration errors with NumPy", arguments: try cases())
  func golden(_ example: Case) throws {
    let curve = try #require(ROCCurve(labels: example.labels, scores: example.scores))
    #expect(curve.points.count == example.falseAlarms.count)
    for (point, expected) in zip(curve.points, zip(example.falseAlarms, example.sensitivity)) {
      #expect(isClose(point.falseAlarms, expected.0) && isClose(point.sensitivity, expected.1))
    }
    #expect(isClose(curve.area, example.area))
    for (step, expected) in example.averaged.enumerated() {
      #expect(isClose(curve.sensitivity(at: Double(step) / 100), expected), "\(step)")
    }
    guard let error = example.calibrationError else { return }
    let found = Calibration(labels: example.labels, probabilities: example.scores).expectedError
    #expect(isClose(found, error))
    let outcomes = Outcomes(
      targets: .classes(example.labels), outputs: [example.scores], calls: example.labels, areProbabilities: true)
    #expect(isClose(Metric.calibrationError.value(outcomes), error))
  }

  @Test("The mean of curves has the mean of their sensitivities and of their areas")
  func mean() throws {
    let cases = try Self.cases().prefix(2)
    let curves = cases.compactMap { ROCCurve(labels: $0.labels, scores: $0.scores) }
    let mean = try #require(ROCCurve(meanOf: curves))
    #expect(curves.count == 2 && mean.points.count == 102)
    for step in 0...100 {
      let expected = cases.reduce(0) { $0 + $1.averaged[step] } / 2
      #expect(isClose(mean.points[step + 1].sensitivity, expected))
    }
    #expect(isClose(mean.area, cases.reduce(0) { $0 + $1.area } / 2))
    #expect(ROCCurve(meanOf: []) == nil)
  }

  @Test("Without one of the classes there is no curve, and scores that are no probabilities have no calibration error")
  func undefined() {
    #expect(ROCCurve(labels: [1, 1], scores: [0.2, 0.4]) == nil)
    #expect(Calibration(labels: [], probabilities: []).expectedError == nil)
    let outcomes = Outcomes(targets: .classes([0, 1]), outputs: [[-1, 2]], calls: [0, 1], areProbabilities: false)
    #expect(Metric.calibrationError.value(outcomes) == nil)
  }

  @Test("The metric is not among the standard ones, whose files keep their columns")
  func list() { #expect(![Metric].standard.contains(.calibrationError)) }
}
