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
    let copies = try reader.files.map { try copy(of: $0, in: folder, reader) }
    report("ready 0 0 0 \(peakMemory())")
    for seed in options.first..<(options.first + UInt64(options.count)) {
      var generator = RandomGenerator(seed: seed)
      let place = choose(among: reader.files, &generator)
      let size = try write(seed == 0 ? nil : generator, of: originals[place], to: copies[place])
      report("start \(seed)")
      let start = ContinuousClock.now
      let outcome = outcome { try reader.read(copies[place]) }
      let time = ContinuousClock.now - start
      let microseconds = time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
      report("\(outcome) \(seed) \(microseconds) \(size) \(peakMemory())")
      if reader.folder(reader.files[place]) == nil {
        try FileManager.default.removeItem(at: copies[place])
      } else {
        try Data(originals[place]).write(to: copies[place])
      }
    }
  }

  /// Returns the place of a file's copy; copies its folder to there if the reader needs it.
  private func copy(of file: URL, in folder: URL, _ reader: Reader) throws -> URL {
    guard let root = reader.folder(file) else { return folder.appendingPathComponent(file.lastPathComponent) }
    // The name of the folder above is kept, too: it says what the folder is.
    let above = folder.appendingPathComponent(root.deletingLastPathComponent().lastPathComponent)
    let home = above.appendingPathComponent(root.lastPathComponent)
    if !FileManager.default.fileExists(atPath: home.path) {
      try FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: root, to: home)
    }
    return file.pathComponents.dropFirst(root.pathComponents.count).reduce(home) { $0.appendingPathComponent($1) }
  }

  /// Draws a file: of a folder, a table or text as often as any other file, since there are few of them.
  private func choose(among files: [URL], _ generator: inout RandomGenerator) -> Int {
    let tables = files.indices.filter { ["csv", "tsv", "txt", "json"].contains(files[$0].pathExtension.lowercased()) }
    let others = files.indices.filter { !tables.contains($0) }
    guard !tables.isEmpty, !others.isEmpty else { return generator.integer(below: files.count) }
    let chosen = generator.integer(below: 2) == 0 ? tables : others
    return chosen[generator.integer(below: chosen.count)]
  }

  /// Writes the changed bytes and returns their number; the bytes are freed before the file is read.
  ///
  /// - Parameter generator: nil to leave them unchanged.
  private func write(_ generator: RandomGenerator?, of original: [UInt8], to file: URL) throws -> Int {
    var bytes = original
    if var generator {
      let isText = !original.contains(0) && String(validating: original, as: UTF8.self) != nil
      if isText, generator.integer(below: 2) == 0 {
        var mutator = TextMutator(generator: generator)
        bytes = mutator.mutate(original)
      } else {
        var mutator = Mutator(generator: generator)
        bytes = mutator.mutate(original)
      }
    }
    try Data(bytes).write(to: file)
    return bytes.count
  }

  /// The errors that tell a user what is wrong with a file.
  private static let errors = ["ReadError", "DatasetError", "FoldError", "DocumentError", "JournalError", "ModelError"]

  /// Returns "read" or, for a valid file of another kind, "other"; "refused" for an error of one line; or "unclear" for
  /// any other error.
  private func outcome(_ read: () throws -> Bool) -> String {
    do {
      return try read() ? "read" : "other"
    } catch let error where Self.errors.contains("\(type(of: error))") {
      return "\(error)".contains("\n") ? "unclear" : "refused"
    } catch {
      return "unclear"
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
