import Foundation
import UserInput

/// Opens journals for one writer at a time.
enum JournalLock {
  /// Opens a file for reading and appending, creates it if missing, and locks it.
  ///
  /// - Throws: ``JournalError`` if the file cannot be opened or is locked.
  static func open(_ file: URL) throws -> FileHandle {
    while true {
      let handle = try openOnce(file)
      // An earlier writer may have replaced the opened file by a repaired journal.
      var (own, named) = (stat(), stat())
      guard fstat(handle.fileDescriptor, &own) == 0, stat(file.path, &named) == 0, own.st_ino != named.st_ino else {
        return handle
      }
    }
  }

  private static func openOnce(_ file: URL) throws -> FileHandle {
    let descriptor = Foundation.open(file.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw JournalError(file, "cannot be opened for appending (\(reason()))") }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // A process that asks whether somebody writes to the journal holds the lock for a moment.
    var tries = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK, tries < 20 {
      tries += 1
      usleep(10_000)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let problem = errno == EWOULDBLOCK ? "another run is writing to it" : "it cannot be locked (\(reason()))"
      throw JournalError(file, "\(problem), expected to be its only writer")
    }
    return handle
  }

  /// Returns whether a writer has a journal open.
  static func isHeld(_ file: URL) -> Bool {
    let descriptor = Foundation.open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private static func reason() -> String { SystemReason.text(ofError: errno) }
}

/// Repairs a damaged journal, so that records can be appended.
enum JournalRepair {
  /// Returns the end of a journal and, if it is damaged before the end, the valid lines, compressed.
  ///
  /// - Throws: ``JournalError`` if the file is not a journal.
  static func inspect(_ handle: FileHandle, of file: URL) throws -> (end: JournalScan.End, sound: Data?) {
    var foreign = false
    let scan = try JournalScan(handle, of: file) { number, line in
      if number == 1, line.first != UInt8(ascii: "{") { foreign = true }
      if foreign, case .sound = JournalLine.check(line) { foreign = false }
      return nil
    }
    // A file of some other program must not lose anything.
    guard scan.isPacked, !foreign else { throw JournalError(file, "is no packed journal, expected JSON lines in gzip") }
    guard scan.isDamaged else { return (scan.end, nil) }
    var packer = try JournalPacker()
    _ = try JournalScan(handle, of: file) { _, line in
      // Damaged bytes may decompress to anything.
      if (try? JSONSerialization.jsonObject(with: line)) is [String: Any] { packer.add(line) }
      return nil
    }
    return (scan.end, packer.finish())
  }

  /// Renames a journal to its name with `.damaged` appended, and writes other content in its place.
  ///
  /// At every moment, a file of either name holds all records.
  /// - Returns: the new file, open and locked.
  static func replace(_ file: URL, with content: Data) throws -> FileHandle {
    var place = file.appendingPathExtension("damaged")
    var number = 1
    while link(file.path, place.path) != 0 {
      guard errno == EEXIST, number < 1000 else { throw CocoaError(.fileWriteUnknown) }
      number += 1
      place = file.appendingPathExtension("damaged-\(number)")
    }
    // The name is like that of other drafts, so that a leftover is removed like them.
    let draft = file.deletingLastPathComponent().appendingPathComponent(".milbench-\(UUID().uuidString)")
    try content.write(to: draft)
    let handle = try JournalLock.open(draft)
    try handle.synchronize()
    guard rename(draft.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    return handle
  }
}
