import Foundation
import TestSupport
import Testing

@testable import MILRecords

@Suite("Results on instances")
struct InstanceResultTests {
  @Test("The area under the curve is that within bags of both labels, averaged over these")
  func withinBags() {
    // By hand: 1 of 2 pairs in order, 2.5 of 4 (one tie), and two bags of one label that do not count.
    let result = InstanceResult(
      kind: .weights,
      bags: [
        ([1, 0, 0], [0.4, 0.5, 0.1]), ([1, 1, 0, 0], [0.4, 0.1, 0.4, 0.1]), ([0, 0], [0.2, 0.8]), ([1], [1]),
      ])
    #expect(result.auc == (0.5 + 0.5) / 2 && result.bags == 2)
    let other = InstanceResult(kind: .scores, bags: [([1, 1, 0, 0], [0.4, 0.3, 0.3, 0.1])])
    #expect(other.auc == 3.5 / 4 && other.bags == 1)
    let none = InstanceResult(kind: .scores, bags: [([0, 0], [1, 2])])
    #expect(none.auc == nil && none.bags == 0)
  }

  @Test("A record keeps it, and a record without it reads as before")
  func records() throws {
    var original = record()
    #expect(try !String(decoding: original.json(), as: UTF8.self).contains("instances"))
    var result = InstanceResult(kind: .weights, bags: [([1, 0], [0.1 + 0.2, 0.7])])
    result.example = InstanceResult.Example(bag: 3, name: "b", score: 0.9, values: [0.1 + 0.2, 0.7], labels: [1, 0])
    original.instances = result
    #expect(try JSONDecoder().decode(TrialRecord.self, from: original.json()) == original)
  }

  @Test("A result that contradicts itself is refused")
  func refused() {
    func complaint(_ change: (inout InstanceResult) -> Void) -> String? {
      var bad = record()
      var result = InstanceResult(kind: .weights, bags: [([1, 0], [0.3, 0.7])])
      change(&result)
      bad.instances = result
      return message { _ = try bad.json() }
    }
    #expect(complaint { $0.auc = 1.5 }?.contains("instance AUC 1.5, expected 0 to 1") == true)
    #expect(complaint { $0.bags = 0 }?.contains("an instance AUC of 0 bags") == true)
    let example = InstanceResult.Example(bag: 0, name: "b", score: 1, values: [1], labels: [1, 0])
    #expect(complaint { $0.example = example }?.contains("1 instance numbers for 2 instances") == true)
    #expect(complaint { _ in } == nil)
  }
}
