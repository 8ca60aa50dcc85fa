import LinearAlgebra
import Testing

@testable import MILBags
@testable import MILCatalogue

@Suite("Labels of instances against those of bags")
struct InstanceLabelCheckTests {
  /// Returns the findings for bags of two instances each.
  private func found(_ labels: [Int], _ instanceLabels: [Int?]?) throws -> [AuditFinding] {
    let rows = labels.count * 2
    return InstanceLabelCheck.findings(
      in: try BagDataset(
        name: "bags", instances: Matrix(rows: rows, columns: 1), offsets: Array(stride(from: 0, through: rows, by: 2)),
        labels: labels, bagNames: labels.indices.map { "b\($0)" }, instanceLabels: instanceLabels))
  }

  @Test("Labels that agree, and no labels, give no finding")
  func agree() throws {
    #expect(try found([1, 0, 1], [0, 1, 0, 0, 1, 1]).isEmpty)
    #expect(try found([1, 0, 1], nil).isEmpty)
  }

  @Test("A positive instance in a negative bag is a finding that names the bag")
  func positiveInNegative() throws {
    let findings = try found([1, 0, 0, 0], [0, 1, 1, 1, 0, 0, 0, 1])
    #expect(findings.map(\.check) == [.instanceLabels] && findings.map(\.severity) == [.warning])
    #expect(
      findings.first?.sentence.hasPrefix("2 of 3 negative bags hold 3 positive instances (b1, b3), though") == true)
    #expect(findings.first?.numbers == ["bags": 2, "instances": 3])
  }

  @Test("A positive bag without a positive instance is a finding, and of many bags five are named")
  func noneInPositive() throws {
    let findings = try found([1, 1, 1, 1, 1, 1, 1, 0], [Int?](repeating: 0, count: 16))
    #expect(findings.count == 1 && findings.first?.numbers == ["positive_bags_without": 7])
    #expect(
      findings.first?.sentence.hasPrefix(
        "7 of 7 positive bags hold no positive instance (b0, b1, b2, b3, b4 and 2 more)")
        == true)
  }

  @Test("Instances that are not labelled contradict nothing, in bags of either label")
  func unlabelled() throws {
    #expect(try found([0, 1], [nil, 0, nil, 1]).isEmpty)
    let findings = try found([1, 1, 0], [nil, 0, 0, 0, nil, nil])
    #expect(findings.map(\.severity) == [.warning, .note])
    #expect(findings.first?.numbers == ["positive_bags_without": 1])
    #expect(findings.first?.sentence.contains("(b1)") == true)
    #expect(findings.last?.numbers == ["positive_bags_undecided": 1])
  }

  @Test("Both contradictions are told, and the audit tells them")
  func both() throws {
    #expect(try found([1, 0], [0, 0, 1, 0]).count == 2)
    let data = try BagDataset(
      name: "bags", instances: Matrix<Float>([[1], [2], [3], [4]]), offsets: [0, 2, 4], labels: [1, 0],
      instanceLabels: [0, 0, 0, 1])
    let checks = try DatasetAudit.findings(in: data, catalogue: Catalogue(sets: [])).map(\.check)
    #expect(checks.count { $0 == .instanceLabels } == 2)
  }
}
