import Foundation

@testable import MILResults

/// A sound record of four test bags, two of each class, three of them called right.
func record(
  dataset: String = "musk1", model: String = "attention", protocol: String = "clean", repetition: Int = 1,
  fold: Int = 1, status: TrialStatus = .finished, correct: [Int] = [1, 2, 3],
  ended: Double? = nil
) -> TrialRecord {
  var record = TrialRecord(
    experiment: "test", dataset: dataset, dataHash: "d1", model: model, configuration: "{}", protocol: `protocol`,
    protocolSettings: #"{"folds":2}"#, repetition: repetition, fold: fold, foldsHash: "f1", status: status,
    seed: "ffffffffffffffff", version: "1.0", core: "Haswell")
  record.ended = ended
  guard status == .finished else {
    record.message = "the loss is not finite"
    return record
  }
  record.bags = [0, 1, 2, 3].map { $0 + 4 * (fold - 1) }
  record.labels = [1, 0, 1, 0]
  record.scores = [0.9, 0.1, 0.4, 1.0 / 3]
  record.scoresAreProbabilities = true
  record.correctByEpoch = correct
  record.lossByEpoch = [0.7, 0.1, 1e-9]
  record.seconds = 0.25
  record.steps = 12
  record.parameters = 100
  record.notes = ["b": "2", "a": "1/2"]
  return record
}

/// A new folder for files of one test, removed with everything in it afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("milresults-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// What an error says to the user; nil when nothing is thrown.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}

/// A file among the fixtures.
func fixture(_ name: String) throws -> URL {
  guard let file = Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil) else {
    throw CocoaError(.fileNoSuchFile)
  }
  return file
}

/// What standard tools unpack a file to, and whether they are content with it.
func unpacked(_ file: URL) throws -> (text: Data, isWhole: Bool) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gzip", "-dc", file.path]
  let pipe = Pipe()
  (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
  try process.run()
  let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return (text, process.terminationStatus == 0)
}

/// Writes records to a journal and ends it.
func write(_ records: [TrialRecord], to file: URL) throws {
  let writer = try JournalWriter<TrialRecord>(file)
  for record in records { try writer.append(record) }
  try writer.finish()
}

/// What a journal holds.
func contents(_ file: URL) throws -> JournalContents<TrialRecord> { try Journal(file).read() }
