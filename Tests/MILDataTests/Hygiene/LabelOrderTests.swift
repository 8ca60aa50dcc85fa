import Foundation
import LinearAlgebra
import Testing

@testable import MILData

@Suite("Label order")
struct LabelOrderTests {
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let features: [[Double]]
    let labels: [Int]
    let predictions, borderErrors: [Double]
    let auc: Double
    var testDescription: String { name }

    /// Bags of one instance, so that the means are the features.
    func dataset() throws -> BagDataset {
      try BagDataset(
        name: name, instances: Matrix(features.map { $0.map { Float($0) } }), offsets: Array(0...labels.count),
        labels: labels)
    }
  }

  private static func cases() throws -> [Case] { try Fixture.json("audit.json", as: [Case].self) }

  @Test("Predictions and errors are those of refitting without each bag", arguments: try cases())
  func leaveOneOut(data: Case) throws {
    let smoother = try LeaveOneOutSmoother(AuditedFeatures(data.dataset()), bags: 0..<data.labels.count)
    let predictions = smoother.predictions(for: data.labels.map { $0 == 1 ? 1 : -1 })
    for (ours, theirs) in zip(predictions, data.predictions) { #expect(abs(ours - theirs) < 1e-5) }
    let errors = smoother.borderErrors()
    #expect(errors.count == data.borderErrors.count + 2)
    for (ours, theirs) in zip(errors.dropFirst(), data.borderErrors) { #expect(abs(ours - theirs) < 1e-5) }
  }

  @Test("Only labels that were sorted without the bags are suspicious", arguments: try cases())
  func suspicion(data: Case) throws {
    let found = LabelOrder.findings(in: try data.dataset(), AuditedFeatures(try data.dataset()))
    let signal = try #require(found.first { $0.check == .labelSignal })
    #expect(abs((signal.numbers["auc"] ?? 0) - data.auc) < 1e-9)
    let order = try #require(found.first { $0.check == .labelOrder })
    let isSorted = data.name == "labels sorted without the bags"
    #expect(order.severity == (isSorted ? .warning : .note))
    if isSorted { #expect(order.numbers["border"] == 15 && order.numbers["best_border"] == 23) }
  }

  @Test("Labels that are not sorted, too few bags and constant features give no word about the order")
  func nothingToSay() throws {
    let data = try #require(try Self.cases().first)
    let mixed = try data.dataset().relabelled(data.labels.indices.map { $0 % 2 })
    #expect(LabelOrder.findings(in: mixed, AuditedFeatures(mixed)).map(\.check) == [.labelSignal])
    let few = try data.dataset().selecting(bags: [0, 1, 28, 29])
    #expect(LabelOrder.findings(in: few, AuditedFeatures(few)).isEmpty)
    let constant = try data.dataset().replacing(instances: Matrix(rows: data.labels.count, columns: 2))
    #expect(LabelOrder.findings(in: constant, AuditedFeatures(constant)).isEmpty)
  }
}
