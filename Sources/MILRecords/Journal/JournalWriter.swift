import Foundation
import Synchronization
import UserInput

/// Appends records to a journal as its only writer.
///
/// Each record is one write of compressed bytes that end on a whole byte. A killed run therefore leaves at most one
/// incomplete record; the next writer cuts it off and every reader skips it. Earlier bytes do not change. If the power
/// fails, at most one second of records is lost.
///
/// Before each write, the file of that name must still be the journal, at its last length. If somebody removed,
/// replaced or cut it, the writer moves its records and the current one to a new file.
package final class JournalWriter<Record: JournalRecord>: Sendable {
  private struct State {
    let handle: FileHandle
    let deflater: Deflater
    /// The size of the journal after the last write, in bytes.
    var length: UInt64
    /// The unfinished member at the end of the journal.
    var member: Gzip.Member?
    /// Whether the deflater's state continues that member.
    var isAtMember = false
    /// The last time when the journal was flushed to the disk.
    var saved: ContinuousClock.Instant
    /// The file for records after the journal was lost, and the kind of loss.
    var rescue: (file: URL, loss: JournalLoss)?
  }

  private let file: URL
  private let state: Mutex<State>

  /// Opens a writer at the end of `file`; creates the file and its folder if missing.
  ///
  /// The writer cuts off an incomplete record at the end. A journal with other damage is kept under its name with
  /// `.damaged` appended, and its valid records are written to a new file.
  /// - Throws: ``JournalError`` if the file cannot be opened, is not a journal, or is open in another writer.
  package init(_ file: URL) throws {
    try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    self.file = file
    var handle = try JournalLock.open(file)
    do {
      var (end, sound) = try JournalRepair.inspect(handle, of: file)
      if let sound {
        handle = try JournalRepair.replace(file, with: sound)
        end = JournalScan.End(length: UInt64(sound.count))
      } else if end.isTorn {
        try handle.truncate(atOffset: end.length)
      }
      state = Mutex(
        State(
          handle: handle, deflater: try Deflater(level: 6), length: end.length, member: end.member, saved: .now))
    } catch let error as JournalError {
      throw error
    } catch {
      throw JournalError(file, "its end cannot be checked (\(SystemReason.text(of: error)))")
    }
  }

  deinit { try? finish() }

  /// Writes `record` as the journal's last line.
  ///
  /// - Throws: ``InvalidRecordError`` if parts of the record contradict each other, ``JournalError`` if writing fails;
  ///   the journal is then unchanged.
  package func append(_ record: Record) throws {
    let line = try JournalLine.sealed(record.json()) + [UInt8(ascii: "\n")]
    try state.withLock { state in
      if let loss = state.rescue?.loss ?? loss(state) { throw rescue(line, after: loss, &state) }
      do {
        try write(line, &state)
      } catch {
        throw JournalError(file, "a record cannot be written (\(SystemReason.text(of: error)))")
      }
    }
  }

  /// Checks that the file still is the journal with all written bytes, and ends it, so that any gzip program can read
  /// it.
  ///
  /// - Throws: ``JournalError`` with the loss, the file that has the records now, and the way out.
  package func finish() throws {
    try state.withLock { state in
      if let loss = state.rescue?.loss ?? loss(state) { throw rescue(Data(), after: loss, &state) }
      guard let member = state.member else { return }
      do {
        try write(Data(member.trailer), &state) { $0.member = nil }
        try state.handle.synchronize()
      } catch {
        throw JournalError(file, "cannot be ended (\(SystemReason.text(of: error)))")
      }
    }
  }

  /// Compresses and writes a line, in a new member if the last one is long or its compressor is lost.
  private func write(_ line: Data, _ state: inout State) throws {
    var bytes = Data()
    var member = state.member
    if let old = member, !state.isAtMember || old.count >= JournalPacker.memberSize {
      bytes += old.trailer
      member = nil
    }
    if member == nil {
      state.deflater.reset()
      bytes += Gzip.header
    }
    bytes += state.deflater.pack(line)
    var next = member ?? Gzip.Member()
    line.withUnsafeBytes { next.add($0) }
    state.isAtMember = false
    try write(bytes, &state) { ($0.member, $0.isAtMember) = (next, true) }
    guard state.saved.duration(to: .now) > .seconds(1) else { return }
    try state.handle.synchronize()
    state.saved = .now
  }

  /// Writes all bytes or none.
  private func write(_ bytes: Data, _ state: inout State, done: (inout State) -> Void) throws {
    do {
      try state.handle.write(contentsOf: bytes)
    } catch {
      try? state.handle.truncate(atOffset: state.length)
      throw error
    }
    state.length += UInt64(bytes.count)
    done(&state)
  }

  /// Returns the loss of the journal; nil if it is unchanged.
  private func loss(_ state: State) -> JournalLoss? {
    var (own, named) = (stat(), stat())
    guard fstat(state.handle.fileDescriptor, &own) == 0 else { return .removed }
    guard stat(file.path, &named) == 0 else { return .removed }
    guard own.st_dev == named.st_dev, own.st_ino == named.st_ino else { return .replaced }
    return UInt64(max(own.st_size, 0)) < state.length ? .cut : nil
  }

  /// Writes a line, and the content of the lost journal, to a file beside it or, failing that, to the temporary folder.
  ///
  /// - Returns: the error that reports the loss.
  private func rescue(_ line: Data, after loss: JournalLoss, _ state: inout State) -> JournalError {
    do {
      let packed = line.isEmpty ? Data() : state.deflater.member(of: line)
      if let rescue = state.rescue {
        let handle = try FileHandle(forWritingTo: rescue.file)
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: packed)
      } else {
        var content = Data()
        // A cut journal still exists as a file; of others, only this open file remains.
        if loss != .cut {
          try state.handle.seek(toOffset: 0)
          content = try state.handle.readToEnd() ?? Data()
          content += state.member?.trailer ?? []
        }
        guard !(content + packed).isEmpty else { return JournalError(file, "\(loss.words); run again") }
        state.rescue = (try JournalLoss.write(content + packed, beside: file), loss)
      }
    } catch {
      let held = line.isEmpty ? "" : ": \(String(decoding: line.dropLast(), as: UTF8.self))"
      return JournalError(
        file, "\(loss.words), and its records cannot be kept elsewhere (\(SystemReason.text(of: error)))\(held)")
    }
    let place = state.rescue?.file ?? file
    let isRead =
      JournalFiles.isJournal(place.lastPathComponent)
      && place.deletingLastPathComponent().path == file.deletingLastPathComponent().path
    return JournalError(
      file,
      "\(loss.words); \(loss == .cut ? "the record in hand is" : "its records are") kept in \(place.path); "
        + (isRead ? "run again, which reads that file too" : "append that file to the journal and run again"))
  }
}

extension JournalRecord {
  /// Returns the record as one line of JSON with sorted keys, without checksum and newline.
  ///
  /// - Throws: ``InvalidRecordError`` if parts of the record contradict each other.
  func json() throws -> Data {
    if let problem { throw InvalidRecordError(key: "\(key)", problem: problem) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

/// An error of a record whose parts contradict each other.
package struct InvalidRecordError: Error, Equatable, CustomStringConvertible {
  /// The key of the record.
  package let key: String
  /// The contradiction, as half a sentence.
  package let problem: String

  /// The key and the contradiction in one line for the user.
  package var description: String { "record of \(key): \(problem)" }
}

/// A loss of a journal while a run wrote to it.
private enum JournalLoss {
  case removed, replaced, cut

  /// The loss in half a sentence for the user.
  var words: String {
    switch self {
    case .removed: "the journal was removed or renamed while this run wrote to it"
    case .replaced: "the journal was replaced by another file while this run wrote to it"
    case .cut: "the journal was cut while this run wrote to it, so records are missing"
    }
  }

  /// Writes a new file beside the journal or, failing that, in the temporary folder.
  package static func write(_ content: Data, beside file: URL) throws -> URL {
    let parts = file.lastPathComponent.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let name = "\(parts[0])-rescued-\(UUID().uuidString.prefix(8))\(parts.dropFirst().map { ".\($0)" }.joined())"
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
