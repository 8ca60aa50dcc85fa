import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import MILBags
@testable import MILCatalogue

@Suite("Label order")
struct LabelOrderTests {
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let features: [[Double]]
    let labels: [Int]
    let predictions, borderErrors: [Double]
    let auc: Double
    var testDescription: String { name }

    /// Returns bags of one instance, so that the means are the features.
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

  /// Returns bags of one instance sorted by label, in random order within a label; `signal` shifts the first `positive`
  /// bags.
  private func sorted(_ seed: UInt64, bags: Int, positive: Int, stated: Int, signal: Double) throws -> BagDataset {
    var generator = RandomGenerator(seed: seed)
    let features = (0..<bags).map { bag in
      (0..<4).map { _ in Float(generator.normal() + (bag < positive ? signal : 0)) }
    }
    return try BagDataset(
      name: "sorted", instances: Matrix(features), offsets: Array(0...bags),
      labels: (0..<bags).map { $0 < stated ? 1 : 0 })
  }

  @Test("Where labels are right, the chance is below any level as often as that level says", arguments: [0, 0.7, 1.5])
  func chanceOfRightLabels(signal: Double) throws {
    var belowTenth = 0
    var warnings = 0
    for seed in 1...300 {
      let data = try sorted(UInt64(seed), bags: 24, positive: 11, stated: 11, signal: signal)
      let smoother = try LeaveOneOutSmoother(AuditedFeatures(data), bags: 0..<24)
      let best = smoother.smallestBorderError(order: Array(0..<24), among: 3...21)
      let chance = BorderTest.chance(stated: 11, error: best, among: 3...21, groups: nil, smoother)
      belowTenth += chance <= 0.1 ? 1 : 0
      let found = LabelOrder.findings(in: data, AuditedFeatures(data)).first { $0.check == .labelOrder }
      warnings += found?.severity == .warning ? 1 : 0
    }
    // The expected number is 30, with a deviation of 5.2; that of warnings is at most 3, with a deviation of 1.7.
    #expect((10...50).contains(belowTenth), "\(belowTenth)")
    #expect(warnings <= 9, "\(warnings)")
  }

  @Test("Labels sorted without the bags are warned of, with their chance")
  func wrongLabels() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let data = try sorted(seed, bags: 60, positive: 34, stated: 24, signal: 2.5)
      let finding = try #require(
        LabelOrder.findings(in: data, AuditedFeatures(data)).first { $0.check == .labelOrder })
      #expect(finding.severity == .warning && finding.sentence.contains("chance 0.0"), "seed \(seed)")
    }
  }

  @Test("Bags sorted by groups within right labels are warned of by chance alone once groups are named")
  func groups() throws {
    var warnings = [0, 0]
    for seed in 1...100 {
      var generator = RandomGenerator(seed: UInt64(seed))
      let shifts = (0..<10).map { _ in generator.normal() * 3 }
      let features = (0..<60).map { bag in
        (0..<4).map { _ in Float(generator.normal() + shifts[bag / 6]) }
      }
      for named in [0, 1] {
        let data = try BagDataset(
          name: "series", instances: Matrix(features), offsets: Array(0...60), labels: (0..<60).map { $0 < 30 ? 1 : 0 },
          groups: named == 1 ? (0..<60).map { "series \($0 / 6)" } : nil)
        let found = LabelOrder.findings(in: data, AuditedFeatures(data)).first { $0.check == .labelOrder }
        warnings[named] += found?.severity == .warning ? 1 : 0
      }
    }
    #expect(warnings[0] > 20 && warnings[1] <= 5, "\(warnings)")
  }

  @Test("An order's smallest error is that of the bags put in this order")
  func smallestError() throws {
    let data = try sorted(3, bags: 20, positive: 9, stated: 9, signal: 1)
    let order = (0..<20).map { ($0 * 7) % 20 }
    let table = AuditedFeatures(data)
    let smoother = try LeaveOneOutSmoother(table, bags: 0..<20)
    let moved = data.selecting(bags: order)
    let expected = try LeaveOneOutSmoother(AuditedFeatures(moved), bags: 0..<20).borderErrors()
    for border in 3...17 {
      let found = smoother.smallestBorderError(order: order, among: border...border)
      #expect(abs(found - expected[border]) < 1e-9)
    }
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
