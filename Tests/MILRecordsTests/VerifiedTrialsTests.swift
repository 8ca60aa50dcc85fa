import Foundation
import MILRecords
import Testing

@Suite("Trials that were run again with the same bits")
struct VerifiedTrialsTests {
  private func record(_ model: String, fold: Int, score: Double = 0.25) -> TrialRecord {
    var record = TrialRecord(
      experiment: "test", dataset: "musk1", dataHash: "d", model: model, configuration: "{}", protocol: "clean",
      protocolSettings: "{}", repetition: 1, fold: fold, foldsHash: "f", status: .finished, seed: "1", version: "1",
      core: "Haswell")
    (record.bags, record.labels, record.scores) = ([0, 1], [0, 1], [score, 0.75])
    return record
  }

  @Test("The file is the same for any order of the trials, and reads back as it was written")
  func file() throws {
    let records = [record("b", fold: 2), record("a", fold: 1), record("b", fold: 1)]
    let list = VerifiedTrials(records)
    #expect(list == VerifiedTrials(records.reversed()) && list.trials.map(\.fold) == [1, 1, 2])
    let json = try list.json()
    #expect(json.hasPrefix(VerifiedTrials.beginning) && json.split(separator: "\n").count == 5)
    #expect(try JSONDecoder().decode(VerifiedTrials.self, from: Data(json.utf8)) == list)
    #expect(try JSONDecoder().decode(VerifiedTrials.self, from: Data(VerifiedTrials([]).json().utf8)).trials.isEmpty)
    let folder = FileManager.default.temporaryDirectory.appending(path: "verified-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #expect(try VerifiedTrials(in: folder) == nil)
    try Data(json.utf8).write(to: folder.appending(path: VerifiedTrials.fileName))
    #expect(try VerifiedTrials(in: folder) == list)
  }

  @Test("An entry counts only for a record with the same figures from the same core")
  func matching() {
    let list = VerifiedTrials([record("a", fold: 1), record("a", fold: 2)])
    var other = record("a", fold: 2)
    other.core = "Zen"
    let found = list.matching([record("a", fold: 1), other, record("a", fold: 3)])
    #expect(found == [record("a", fold: 1).key])
    #expect(list.matching([record("a", fold: 1, score: 0.25.nextUp)]).isEmpty)
  }

  @Test("The checksum is of every bit of the figures")
  func checksum() {
    let first = record("a", fold: 1).figuresChecksum
    #expect(first.count == 16 && first == record("b", fold: 2).figuresChecksum)
    #expect(first != record("a", fold: 1, score: 0.25.nextUp).figuresChecksum)
  }
}
