import Foundation
import Synchronization
import UserInput

/// Appends records to a journal of which it is the only writer.
///
/// Each record is one write, so that a run that is killed leaves at most one torn line, which the next writer cuts away
/// and every reader skips. Before each write the journal must still be the file of its name, as long as it was left: where
/// somebody removed, replaced or cut it, what this writer wrote and the record in hand go to a file of their own.
public final class JournalWriter: Sendable {
  private struct State {
    let handle: FileHandle
    /// The bytes of the journal after the last write.
    var length: UInt64
    /// Where records go since the journal was lost, and how it was.
    var rescue: (file: URL, loss: JournalLoss)?
  }

  private let file: URL
  private let state: Mutex<State>

  /// A writer at the end of `file`, which is created when missing, together with its folder.
  ///
  /// - Throws: ``JournalError`` when the file cannot be opened or another writer has it open.
  public init(_ file: URL) throws {
    try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let descriptor = open(file.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw JournalError(file, "cannot be opened for appending (\(lastSystemError()))") }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno == EWOULDBLOCK ? "another run is writing to it" : "it cannot be locked (\(lastSystemError()))"
      throw JournalError(file, "\(reason), expected to be its only writer")
    }
    let length: UInt64
    do {
      try cutTornLine(handle)
      length = try handle.seekToEnd()
    } catch CocoaError.fileReadCorruptFile {
      throw JournalError(file, "its last line is no record, expected a journal")
    } catch {
      throw JournalError(file, "its last line cannot be checked (\(SystemReason.text(of: error)))")
    }
    self.file = file
    state = Mutex(State(handle: handle, length: length))
  }

  /// Writes `record` as the journal's last line.
  ///
  /// - Throws: ``InvalidRecordError`` for a record whose parts contradict each other, ``JournalError`` when writing
  ///   fails; the journal is then as before.
  public func append(_ record: TrialRecord) throws { try append(line: record.jsonLine()) }

  /// Writes `record` as the journal's last line; a journal of audits holds no trials.
  ///
  /// - Throws: ``JournalError`` when writing fails; the journal is then as before.
  public func append(_ record: AuditRecord) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try append(line: encoder.encode(record))
  }

  /// Checks that the journal is still the file of its name, with all that was written.
  ///
  /// - Throws: ``JournalError`` with what became of it, where its records are now, and what to do.
  public func check() throws {
    try state.withLock { state in
      if let loss = state.rescue?.loss ?? loss(state) { throw rescue(Data(), after: loss, &state) }
    }
  }

  private func append(line content: Data) throws {
    let line = content + [newline]
    try state.withLock { [line] state in
      if let loss = state.rescue?.loss ?? loss(state) { throw rescue(line, after: loss, &state) }
      do {
        let end = try state.handle.seekToEnd()
        do {
          try state.handle.write(contentsOf: line)
        } catch {
          try? state.handle.truncate(atOffset: end)
          throw error
        }
        state.length = end + UInt64(line.count)
      } catch {
        throw JournalError(file, "a record cannot be written (\(SystemReason.text(of: error)))")
      }
    }
  }

  /// What became of the journal; nil where it is as it was left.
  private func loss(_ state: State) -> JournalLoss? {
    var (own, named) = (stat(), stat())
    guard fstat(state.handle.fileDescriptor, &own) == 0 else { return .removed }
    guard stat(file.path, &named) == 0 else { return .removed }
    guard own.st_dev == named.st_dev, own.st_ino == named.st_ino else { return .replaced }
    return UInt64(max(own.st_size, 0)) < state.length ? .cut : nil
  }

  /// Writes a line, and what the lost journal still holds, to a file beside it, or else to the temporary folder.
  ///
  /// - Returns: the error that says so.
  private func rescue(_ line: Data, after loss: JournalLoss, _ state: inout State) -> JournalError {
    do {
      if let rescue = state.rescue {
        let handle = try FileHandle(forWritingTo: rescue.file)
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: line)
      } else {
        var content = Data()
        // A cut journal is the file that is there; of others this open file is all that is left.
        if loss != .cut {
          try state.handle.seek(toOffset: 0)
          content = try state.handle.readToEnd() ?? Data()
        }
        guard !(content + line).isEmpty else { return JournalError(file, "\(loss.words); run again") }
        state.rescue = (try write(content + line), loss)
      }
    } catch {
      let held = line.isEmpty ? "" : ": \(String(decoding: line.dropLast(), as: UTF8.self))"
      return JournalError(
        file, "\(loss.words), and its records cannot be kept elsewhere (\(SystemReason.text(of: error)))\(held)")
    }
    let place = state.rescue?.file ?? file
    let isRead =
      place.pathExtension == JournalReader.pathExtension
      && place.deletingLastPathComponent().path == file.deletingLastPathComponent().path
    return JournalError(
      file,
      "\(loss.words); \(loss == .cut ? "the record in hand is" : "its records are") kept in \(place.path); "
        + (isRead ? "run again, which reads that file too" : "append that file to the journal and run again"))
  }

  /// Writes a new file beside the journal, or where that cannot be, in the temporary folder.
  private func write(_ content: Data) throws -> URL {
    let stem = file.deletingPathExtension().lastPathComponent
    let name = "\(stem)-rescued-\(UUID().uuidString.prefix(8)).\(file.pathExtension)"
    let beside = file.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: beside, withIntermediateDirectories: true)
      let place = beside.appendingPathComponent(name)
      try content.write(to: place, options: .withoutOverwriting)
      return place
    } catch {
      let place = FileManager.default.temporaryDirectory.appendingPathComponent(name)
      try content.write(to: place, options: .withoutOverwriting)
      return place
    }
  }
}

/// What somebody did to a journal while a run wrote to it.
private enum JournalLoss {
  case removed, replaced, cut

  /// Half a sentence for the user.
  var words: String {
    switch self {
    case .removed: "the journal was removed or renamed while this run wrote to it"
    case .replaced: "the journal was replaced by another file while this run wrote to it"
    case .cut: "the journal was cut while this run wrote to it, so records are missing"
    }
  }
}

private let newline = UInt8(ascii: "\n")

private func lastSystemError() -> String {
  SystemReason.text(ofError: errno)
}

/// Cuts away what follows the file's last newline, which is looked for in blocks from the end.
private func cutTornLine(_ handle: FileHandle) throws {
  let blockSize: UInt64 = 1 << 16
  let end = try handle.seekToEnd()
  var start = end
  var tornLine: UInt64 = 0
  while start > 0 {
    let blockEnd = start
    start -= min(blockSize, start)
    try handle.seek(toOffset: start)
    let block = try handle.read(upToCount: Int(blockEnd - start)) ?? Data()
    if let last = block.lastIndex(of: newline) {
      tornLine = start + UInt64(last - block.startIndex) + 1
      break
    }
  }
  guard tornLine < end else { return }
  try handle.seek(toOffset: tornLine)
  // A file that some other program wrote must not lose anything.
  guard try handle.read(upToCount: 1)?.first == UInt8(ascii: "{") else { throw CocoaError(.fileReadCorruptFile) }
  try handle.truncate(atOffset: tornLine)
}
