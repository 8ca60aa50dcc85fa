import Foundation
import UserInput

/// Opens journals for one writer at a time.
enum JournalLock {
  /// Opens a file for reading and appending, creates it when missing, and locks it.
  ///
  /// - Throws: ``JournalError`` when it cannot be opened or is locked.
  static func open(_ file: URL) throws -> FileHandle {
    while true {
      let handle = try openOnce(file)
      // A writer that was here before may have put a repaired journal in the place of the one that was opened.
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
    // Who asks whether a journal is being written to holds the lock for a moment.
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

  /// Whether a writer has a journal open.
  static func isHeld(_ file: URL) -> Bool {
    let descriptor = Foundation.open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private static func reason() -> String { SystemReason.text(ofError: errno) }
}

/// Brings a journal that was damaged into a state to which records can be appended.
enum JournalRepair {
  /// The end of a journal, and, where it is damaged before that, the packed lines that are sound.
  ///
  /// - Throws: ``JournalError`` for a file that is no journal.
  static func inspect(_ handle: FileHandle, of file: URL) throws -> (end: JournalScan.End, sound: Data?) {
    var foreign = false
    let scan = try JournalScan(handle, of: file) { number, line in
      if number == 1, line.first != UInt8(ascii: "{") { foreign = true }
      if foreign, case .sound = JournalLine.check(line) { foreign = false }
      return nil
    }
    // A file that some other program wrote must not lose anything.
    guard scan.isPacked, !foreign else { throw JournalError(file, "is no packed journal, expected JSON lines in gzip") }
    guard scan.isDamaged else { return (scan.end, nil) }
    var packer = try JournalPacker()
    _ = try JournalScan(handle, of: file) { _, line in
      // Damaged bytes may unpack to anything.
      if (try? JSONSerialization.jsonObject(with: line)) is [String: Any] { packer.add(line) }
      return nil
    }
    return (scan.end, packer.finish())
  }

  /// Keeps a journal under the name with `.damaged` behind, and puts other content in its place.
  ///
  /// At every moment there is a file of either name that holds all records.
  /// - Returns: the new file, open and locked.
  static func replace(_ file: URL, with content: Data) throws -> FileHandle {
    var place = file.appendingPathExtension("damaged")
    var number = 1
    while link(file.path, place.path) != 0 {
      guard errno == EEXIST, number < 1000 else { throw CocoaError(.fileWriteUnknown) }
      number += 1
      place = file.appendingPathExtension("damaged-\(number)")
    }
    // Named like what other files are written to first, so that one that is left is removed like them.
    let draft = file.deletingLastPathComponent().appendingPathComponent(".milbench-\(UUID().uuidString)")
    try content.write(to: draft)
    let handle = try JournalLock.open(draft)
    try handle.synchronize()
    guard rename(draft.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    return handle
  }
}
