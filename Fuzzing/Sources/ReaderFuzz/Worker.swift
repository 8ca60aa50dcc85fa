import Foundation
import MILBench

/// The process that reads changed files and prints the outcome of each.
///
/// It prints two lines for each case: its seed before the file is read; then the outcome, the time in microseconds, the
/// size of the file and the peak memory of the process in KiB.
struct Worker {
  private let options: Options

  init(_ options: Options) { self.options = options }

  func run() throws {
    guard var reader = try Corpus.readers().first(where: { $0.name == options.format }), !options.files.isEmpty else {
      throw UsageError(description: "a worker needs --format and --file")
    }
    reader.files = options.files
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reader-fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let originals = try reader.files.map { try [UInt8](Data(contentsOf: $0)) }
    report("ready 0 0 0 \(peakMemory())")
    for seed in options.first..<(options.first + UInt64(options.count)) {
      var generator = RandomGenerator(seed: seed)
      let place = generator.integer(below: originals.count)
      let file = folder.appendingPathComponent(reader.files[place].lastPathComponent)
      let size = try write(seed == 0 ? nil : Mutator(generator: generator), of: originals[place], to: file)
      // The companion files of a layout of several files are beside it, unchanged.
      let companions = try placeCompanions(of: reader.files[place], in: folder)
      report("start \(seed)")
      let start = ContinuousClock.now
      let outcome = outcome { try reader.read(file) }
      let time = ContinuousClock.now - start
      let microseconds = time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
      report("\(outcome) \(seed) \(microseconds) \(size) \(peakMemory())")
      for url in [file] + companions { try FileManager.default.removeItem(at: url) }
    }
  }

  /// Writes the changed bytes and returns their number; the bytes are freed before the file is read.
  private func write(_ mutator: Mutator?, of original: [UInt8], to file: URL) throws -> Int {
    var mutator = mutator
    let bytes = mutator?.mutate(original) ?? original
    try Data(bytes).write(to: file)
    return bytes.count
  }

  /// The errors that tell a user what is wrong with a file.
  private static let errors = ["ReadError", "DatasetError", "FoldError", "DocumentError", "JournalError", "ModelError"]

  /// Returns "read" for a data set, "refused" for an error of one line, or "unclear" for any other error.
  private func outcome(_ read: () throws -> Void) -> String {
    do {
      try read()
      return "read"
    } catch let error where Self.errors.contains("\(type(of: error))") {
      return "\(error)".contains("\n") ? "unclear" : "refused"
    } catch {
      return "unclear"
    }
  }

  /// Copies the other two of milpy's three files.
  private func placeCompanions(of file: URL, in folder: URL) throws -> [URL] {
    guard options.format == BagFormat.threeFileMAT.id else { return [] }
    let home = file.deletingLastPathComponent()
    return try FileManager.default.contentsOfDirectory(atPath: home.path).sorted().compactMap { name in
      guard name != file.lastPathComponent, name.lowercased().hasSuffix(".mat") else { return nil }
      let copy = folder.appendingPathComponent(name)
      try FileManager.default.copyItem(at: home.appendingPathComponent(name), to: copy)
      return copy
    }
  }

  private func report(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  /// Returns the peak memory of the process in KiB.
  private func peakMemory() -> Int {
    var usage = rusage()
    // 0 is RUSAGE_SELF, whose Swift type differs between systems.
    guard getrusage(0, &usage) == 0 else { return 0 }
    #if os(Linux)
      return usage.ru_maxrss
    #else
      return usage.ru_maxrss / 1024
    #endif
  }
}
