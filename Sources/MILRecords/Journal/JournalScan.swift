import CZlib
import Foundation

/// Scans a journal's lines once, as a stream, and finds out how far its bytes are valid.
///
/// A journal is a gzip file of several members, or plain text. If its writer is running or was stopped, the last member
/// has no end; it is then valid up to its last flush. After damaged bytes, the scan goes on at the next member.
package final class JournalScan {
  /// The end of a journal, where a writer continues.
  package struct End {
    /// The number of valid bytes from the start.
    package var length: UInt64 = 0
    /// The unfinished member at the end.
    package var member: Gzip.Member?
    /// Whether bytes of an interrupted write follow.
    package var isTorn = false
  }

  /// The problems of the journal, in the order of its lines.
  package private(set) var damage: [JournalDamage] = []
  /// The end of the valid bytes.
  package private(set) var end = End()
  /// Whether the file is compressed; true for an empty file.
  package private(set) var isPacked = true
  /// Whether lines or bytes before the end are damaged.
  package private(set) var isDamaged = false

  private let file: URL
  private let handle: FileHandle
  private let findsEnd: Bool
  private var lines = LineBuffer()
  /// Whether the lines so far have checksums; those of earlier versions have none.
  private var hasChecksums = false
  private var body: (Int, Data) -> String? = { _, _ in nil }

  /// Scans a file from its start.
  ///
  /// - Parameters:
  ///   - handle: the file, open at its start.
  ///   - file: its name, for errors.
  ///   - findsEnd: whether to set the open member of ``end``, which costs a checksum of all text.
  ///   - body: receives each complete line and its number, from 1; returns the problem, as half a sentence.
  package init(_ handle: FileHandle, of file: URL, findsEnd: Bool = true, _ body: (Int, Data) -> String?) throws {
    (self.file, self.handle, self.findsEnd) = (file, handle, findsEnd)
    try withoutActuallyEscaping(body) { try scan($0) }
  }

  private func scan(_ body: @escaping (Int, Data) -> String?) throws {
    self.body = body
    defer { self.body = { _, _ in nil } }
    try handle.seek(toOffset: 0)
    let first = try handle.read(upToCount: Self.chunk) ?? Data()
    // The very first bytes may be damaged while those of a later member are not.
    isPacked =
      try first.isEmpty || first.starts(with: Gzip.header.prefix(2).prefix(first.count))
      || (!isText(first) && find(Gzip.header, from: 1) != nil)
    try handle.seek(toOffset: UInt64(first.count))
    if isPacked { try readMembers(first) } else { try readText(first) }
  }

  package static let chunk = 1 << 18

  /// Returns whether bytes begin like records.
  private func isText(_ bytes: Data) -> Bool {
    bytes.first == UInt8(ascii: "{") || bytes.starts(with: [0xef, 0xbb, 0xbf, UInt8(ascii: "{")])
  }

  private func note(_ problem: String, line: Int? = nil, isTorn: Bool = false) {
    damage.append(JournalDamage(file: file, line: line ?? lines.count + 1, problem: problem))
    if !isTorn { isDamaged = true }
  }

  private func take(_ text: UnsafeRawBufferPointer) {
    lines.add(text) { number, line in
      guard let line else {
        return note("a line of more than \(LineBuffer.limit >> 20) MiB, which is left out", line: number)
      }
      let check = JournalLine.check(line)
      switch check {
      case .wrong(let stated, let found):
        note("its checksum is \(found), expected \(stated): the record is damaged and left out", line: number)
      case .missing where hasChecksums:
        note("it has no checksum, as lines before it have: the record is damaged and left out", line: number)
      case .sound, .missing:
        if case .sound = check { hasChecksums = true }
        if let problem = body(number, line) { note(problem, line: number) }
      }
    }
  }

  private static let torn = "an unfinished record, which is left out"

  private func readText(_ first: Data) throws {
    var chunk = first
    // A byte order mark is not part of the first record.
    let mark = Data([0xef, 0xbb, 0xbf])
    if first.starts(with: mark) {
      chunk = Data(first.dropFirst(mark.count))
      end.length = UInt64(mark.count)
    }
    while !chunk.isEmpty {
      chunk.withUnsafeBytes { take($0) }
      end.length += UInt64(chunk.count)
      chunk = try handle.read(upToCount: Self.chunk) ?? Data()
    }
    guard lines.rest > 0 else { return }
    note(Self.torn, isTorn: true)
    (end.isTorn, end.length) = (true, end.length - UInt64(lines.rest))
  }

  private func readMembers(_ first: Data, at origin: UInt64 = 0) throws {
    lines.drop()
    var inflater = try MemberInflater(file, keepsChecksum: findsEnd)
    defer { inflater.close() }
    var (chunk, place, start) = (first, origin, origin)
    var known = damage.count
    while !chunk.isEmpty {
      let outcome = inflater.unpack(chunk, at: place) { take($0) }
      switch outcome {
      case .hungry:
        place += UInt64(chunk.count)
        chunk = try handle.read(upToCount: Self.chunk) ?? Data()
      case .ended(let used):
        place += UInt64(used)
        chunk = chunk.dropFirst(used)
        if chunk.isEmpty { chunk = try handle.read(upToCount: Self.chunk) ?? Data() }
        if lines.rest > 0 { note("the end of a line is missing; the record is left out") }
        lines.drop()
        (start, known, end) = (place, damage.count, End(length: place))
        inflater.reset()
      case .damaged(let problem):
        // A line with a wrong checksum has already reported the problem.
        if damage.count == known {
          note(
            "the packed bytes are damaged (\(problem)) from about byte \(inflater.sound?.place ?? start) on; "
              + "the records up to the next sound part are left out")
        }
        lines.drop()
        guard let next = try find(Gzip.header, from: start + 1) else {
          end = inflater.end(from: start)
          return
        }
        (place, start, known) = (next, next, damage.count)
        chunk = try handle.read(upToCount: Self.chunk) ?? Data()
        inflater.reset()
      }
    }
    guard place > start else { return }
    // A damaged length can make a member swallow the following ones.
    if let next = try find(Gzip.header, from: start + 1) {
      note(
        "the packed bytes are damaged from about byte \(start) on; the records up to the next sound part are left out")
      return try readMembers(handle.read(upToCount: Self.chunk) ?? Data(), at: next)
    }
    end = inflater.end(from: start)
    end.isTorn = place > end.length
    // If a writer was stopped in its last few bytes, only these are missing.
    if end.isTorn { note(Self.torn, isTorn: !inflater.hasLinesBehindSound) }
  }

  /// Returns the offset of the next occurrence of these bytes, and moves the handle there.
  private func find(_ bytes: [UInt8], from start: UInt64) throws -> UInt64? {
    var place = start
    while true {
      try handle.seek(toOffset: place)
      guard let chunk = try handle.read(upToCount: Self.chunk), chunk.count >= bytes.count else { return nil }
      if let found = chunk.firstRange(of: bytes) {
        place += UInt64(found.lowerBound - chunk.startIndex)
        try handle.seek(toOffset: place)
        return place
      }
      place += UInt64(chunk.count - bytes.count + 1)
    }
  }
}

/// Splits text that arrives in parts into lines.
private struct LineBuffer {
  /// The longest valid line; a longer one cannot be a record.
  static let limit = 1 << 28

  /// The number of lines so far.
  package private(set) var count = 0
  private var pending = Data()
  private var isTooLong = false

  /// The number of bytes after the last line.
  var rest: Int { pending.count }

  /// Discards an unfinished line.
  mutating func drop() {
    pending.removeAll(keepingCapacity: true)
    isTooLong = false
  }

  /// Appends text and calls `body` with each complete line, or with nil for a line that is too long.
  mutating func add(_ text: UnsafeRawBufferPointer, _ body: (Int, Data?) -> Void) {
    guard let base = text.baseAddress else { return }
    var start = 0
    while let found = memchr(base + start, Int32(UInt8(ascii: "\n")), text.count - start) {
      let end = UnsafeRawPointer(found) - base
      append(UnsafeRawBufferPointer(rebasing: text[start..<end]))
      count += 1
      // Some editors and transfers end lines in two bytes; a record ends in a brace.
      if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
      body(count, isTooLong ? nil : pending)
      drop()
      start = end + 1
    }
    append(UnsafeRawBufferPointer(rebasing: text[start...]))
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if pending.count + bytes.count > Self.limit { isTooLong = true }
    // One byte of a line that is too long stays, so that the line does not look like the end of the file.
    if isTooLong { pending.removeAll() }
    pending.append(contentsOf: bytes.prefix(isTooLong ? 1 : bytes.count))
  }
}

/// Decompresses gzip members from bytes that arrive in parts, and remembers where their text can be cut.
private struct MemberInflater {
  enum Outcome {
    /// The decompressor used all bytes, and the member goes on.
    case hungry
    /// The member ended after this many of the bytes.
    case ended(Int)
    case damaged(String)
  }

  private let stream: UnsafeMutablePointer<z_stream>
  private let output: UnsafeMutableRawBufferPointer
  private var member = Gzip.Member()
  private var endsLine = true
  /// The number of bytes of the member's text up to its last line break.
  private var lines = 0
  /// The last offset that is on a whole byte and after a whole line.
  private(set) var sound: (place: UInt64, member: Gzip.Member)?

  private let keepsChecksum: Bool

  init(_ file: URL, keepsChecksum: Bool) throws {
    self.keepsChecksum = keepsChecksum
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      throw JournalError(file, "cannot be unpacked (no memory)")
    }
    output = .allocate(byteCount: JournalScan.chunk, alignment: 16)
  }

  func close() {
    inflateEnd(stream)
    stream.deallocate()
    output.deallocate()
  }

  /// Prepares for the next member.
  mutating func reset() {
    inflateReset(stream)
    (member, endsLine, lines, sound) = (Gzip.Member(), true, 0, nil)
  }

  /// Whether whole lines follow the last offset at which the text can be cut.
  var hasLinesBehindSound: Bool { lines > sound?.member.count ?? 0 }

  /// Returns the end of a file whose last member is this one.
  func end(from start: UInt64) -> JournalScan.End {
    guard let sound else { return JournalScan.End(length: start) }
    return JournalScan.End(length: sound.place, member: sound.member)
  }

  /// Decompresses bytes of a member.
  ///
  /// - Parameter place: their offset in the file.
  mutating func unpack(_ bytes: Data, at place: UInt64, _ body: (UnsafeRawBufferPointer) -> Void) -> Outcome {
    // zlib takes its input as mutable, though it never writes to it.
    var bytes = bytes
    return bytes.withUnsafeMutableBytes { input in
      stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      while true {
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let status = inflate(stream, Z_BLOCK)
        let text = UnsafeRawBufferPointer(rebasing: output[..<(output.count - Int(stream.pointee.avail_out))])
        let used = input.count - Int(stream.pointee.avail_in)
        if let last = text.last {
          if keepsChecksum { member.add(text) } else { member.count += text.count }
          endsLine = last == UInt8(ascii: "\n")
          if let end = text.lastIndex(of: UInt8(ascii: "\n")) { lines = member.count - text.count + end + 1 }
          body(text)
        }
        if status == Z_STREAM_END { return .ended(used) }
        guard status == Z_OK || status == Z_BUF_ERROR else {
          return .damaged(stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)")
        }
        // A block ended, on a whole byte.
        if stream.pointee.data_type & 0b1100_0111 == 128, endsLine { sound = (place + UInt64(used), member) }
        if stream.pointee.avail_in == 0, stream.pointee.avail_out > 0 { return .hungry }
      }
    }
  }
}
