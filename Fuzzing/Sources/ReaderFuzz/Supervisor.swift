import Foundation
import MILBench

/// A runner of workers, one per chunk of cases, that prints their findings.
struct Supervisor {
  private static let chunk = 2_000
  /// The memory in bytes that a read may use beyond four times the size of the file.
  private static let memoryAllowance = 64 << 20
  private let options: Options

  init(_ options: Options) { self.options = options }

  /// Runs all cases of all chosen formats.
  ///
  /// - Returns: whether every case ended as it should.
  func run() throws -> Bool {
    let readers = try Corpus.readers(in: options.corpus)
    let chosen = readers.filter { options.format == nil || $0.name == options.format }
    guard !chosen.isEmpty else {
      let names = readers.map(\.name).joined(separator: ", ")
      throw UsageError(description: "--format \(options.format ?? "all"): expected all or one of \(names)")
    }
    if options.seconds > 0 { return try run(chosen, until: .now + .seconds(options.seconds)) }
    var isSound = true
    for reader in chosen {
      var tally = Tally()
      var next = options.first
      let end = options.first + UInt64(options.count)
      while next < end {
        let count = min(Self.chunk, Int(end - next))
        next = try runChunk(reader, first: next, count: count, &tally)
      }
      tell(tally, of: reader)
      isSound = isSound && tally.problems.isEmpty
    }
    return isSound
  }

  /// Runs some cases of each reader in turn until the time limit.
  private func run(_ readers: [Reader], until end: ContinuousClock.Instant) throws -> Bool {
    var tallies = readers.map { _ in Tally() }
    var places = readers.map { _ in options.first }
    var round = 0
    while ContinuousClock.now < end || round == 0 {
      for (index, reader) in readers.enumerated() where ContinuousClock.now < end || round == 0 {
        places[index] = try runChunk(reader, first: places[index], count: Self.chunk / 10, &tallies[index])
      }
      round += 1
    }
    for (reader, tally) in zip(readers, tallies) { tell(tally, of: reader) }
    let cases = tallies.reduce(0) { $0 + $1.cases }
    let problems = tallies.reduce(0) { $0 + $1.problems.count }
    FileHandle.standardOutput.write(Data("\(cases) cases from seed \(options.first) on, \(problems) failed\n".utf8))
    return problems == 0
  }

  /// Prints a tally at once; with `print` a log would receive it only at the end.
  private func tell(_ tally: Tally, of reader: Reader) {
    let lines = [tally.line(for: reader.name, files: reader.files.count)] + tally.problems.map { "  \($0)" }
    FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Runs a chunk in a process of its own.
  ///
  /// - Returns: the seed of the next case to run; if a case ended the process, the seed after it.
  private func runChunk(_ reader: Reader, first: UInt64, count: Int, _ tally: inout Tally) throws -> UInt64 {
    // The worker gets only the files it needs, since reading the whole corpus would raise its peak memory in advance.
    let worker = try WorkerProcess(
      ["--worker", "--format", reader.name, "--first", String(first), "--count", String(count)]
        + reader.files.flatMap { ["--file", $0.path] })
    // The first line may take a minute, while the worker reads the corpus.
    var deadline = ContinuousClock.now + .seconds(60 + options.timeout)
    var baseline = 0
    var current = first
    var done = 0
    while true {
      // Check for the end first, so that all lines written before it are read below.
      let ending = worker.poll()
      let lines = try worker.newLines()
      if !lines.isEmpty { deadline = .now + .seconds(options.timeout) }
      for line in lines {
        let fields = line.split(separator: " ")
        if fields.first == "start", fields.count == 2 { current = UInt64(fields[1]) ?? current }
        guard fields.count == 5, let memory = Int(fields[4]) else { continue }
        if fields[0] == "ready" {
          baseline = memory
          continue
        }
        done += 1
        let bytes = Int(fields[3]) ?? 0
        let growth = (memory - baseline) << 10
        tally.add(String(fields[0]), seed: current, microseconds: Int(fields[2]) ?? 0, growth: growth)
        if growth > 4 * bytes + Self.memoryAllowance {
          tally.problems.append("seed \(current): memory grew by \(growth >> 20) MiB for a file of \(bytes) bytes")
          // Peak memory never falls, so only a new process can measure further cases.
          worker.end()
          return current + 1
        }
      }
      if let ending {
        if done == count { return first + UInt64(count) }
        tally.problems.append("seed \(current): the process has \(ending)")
        return current + 1
      }
      if ContinuousClock.now > deadline {
        worker.end()
        tally.problems.append("seed \(current): no end within \(options.timeout) s")
        return current + 1
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
  }
}

/// The outcomes of the cases of one format.
struct Tally {
  /// The failures, one line each.
  var problems: [String] = []
  private var counts: [String: Int] = [:]
  /// The number of cases.
  var cases: Int { counts.values.reduce(0, +) }
  private var slowest = (microseconds: 0, seed: UInt64(0))
  private var growth = 0

  /// Counts a case.
  mutating func add(_ outcome: String, seed: UInt64, microseconds: Int, growth: Int) {
    counts[outcome, default: 0] += 1
    if microseconds > slowest.microseconds { slowest = (microseconds, seed) }
    self.growth = max(self.growth, growth)
    if outcome == "unclear" { problems.append("seed \(seed): an error that is not one clear line") }
  }

  /// Returns one line for the terminal.
  func line(for format: String, files: Int) -> String {
    let name = format.padding(toLength: 20, withPad: " ", startingAt: 0)
    let slowest = "slowest \(Double(slowest.microseconds / 10) / 100) ms (seed \(slowest.seed))"
    let outcomes = ["read", "other", "refused"].map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ")
    return "\(name) \(cases) cases of \(files) files: \(outcomes), "
      + "\(problems.count) failed; \(slowest), peak memory +\(growth >> 20) MiB"
  }
}
