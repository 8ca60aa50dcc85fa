import Foundation
import MILRecords
import Testing

@testable import MILEvaluation

@Suite("Verification of recorded trials")
struct VerificationTests {
  @Test("Records of this program are the same bit for bit; a changed last bit is told")
  func bits() async throws {
    let runner = try makeRunner([madeBags()], workers: 2)
    let experiment = madeExperiment()
    var records = try await runner.run(experiment).records
    var outcome = try await Verification(runner).check(records, of: experiment)
    #expect(outcome.candidates == 12 && outcome.checked.count == 12)
    #expect(outcome.checked.allSatisfy { $0.agreement == .same })
    records[7].scores[0] = records[7].scores[0].nextUp
    outcome = try await Verification(runner).check(records, of: experiment)
    let different = outcome.checked.filter { $0.agreement != .same }
    #expect(different.count == 1 && different[0].record.key == records[7].key)
    guard case .different(let reason) = different[0].agreement else { return #expect(Bool(false)) }
    #expect(reason.hasPrefix("other figures, scores by up to"))
  }

  @Test("On another core scores within the tolerance are near, others far")
  func cores() async throws {
    let runner = try makeRunner([madeBags()])
    let experiment = madeExperiment(["constant"], repeats: 1)
    var records = try await runner.run(experiment).records
    for (index, shift) in [0, 1e-4, 0.1].enumerated() {
      records[index].core = "Other"
      records[index].scores[0] -= shift
    }
    let agreements = try await Verification(runner).check(records, of: experiment).checked.map(\.agreement)
    #expect(agreements[0] == .same)
    guard case .near(let near) = agreements[1], case .far(let far) = agreements[2] else { return #expect(Bool(false)) }
    #expect(abs(near - 1e-4) < 1e-9 && abs(far - 0.1) < 1e-9)
  }

  @Test("A sample is spread over all trials, short ones where asked, and other settings are left out")
  func sample() async throws {
    #expect(Verification.spread(Array(0..<10), 3) == [1, 5, 8])
    #expect(Verification.spread([1, 2], 5) == [1, 2] && Verification.spread([1], 0).isEmpty)
    let runner = try makeRunner([madeBags()])
    var records = try await runner.run(madeExperiment()).records
    for index in records.indices { records[index].seconds = records[index].model == "constant" ? 0.5 : 2 }
    records[0].configuration += " "
    var verification = Verification(runner)
    verification.longest = 1
    verification.sample = 4
    let outcome = try await verification.check(records, of: madeExperiment())
    #expect(outcome.candidates == 5 && outcome.checked.count == 4)
    #expect(outcome.checked.allSatisfy { $0.record.model == "constant" })
    #expect(outcome.leftOut.map(\.count) == [1])
  }
}
