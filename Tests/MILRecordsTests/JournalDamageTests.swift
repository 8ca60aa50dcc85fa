import Foundation
import TestSupport
import Testing

@testable import MILRecords

@Suite("Journals that are cut, damaged or not ended")
struct JournalDamageTests {
  private let records = (1...6).map { record(fold: $0) }

  /// Returns the bytes of a journal whose writer was killed after its last record, and the end of each record.
  private func stream(_ file: URL) throws -> (bytes: Data, ends: [Int]) {
    let writer = try JournalWriter<TrialRecord>(file)
    var ends: [Int] = []
    for record in records {
      try writer.append(record)
      ends.append(try Data(contentsOf: file).count)
    }
    return (try withExtendedLifetime(writer) { try Data(contentsOf: file) }, ends)
  }

  @Test("A journal cut at any byte loses at most the record it was cut in, says so, and is gone on with")
  func cut() throws {
    try withTemporaryFolder { folder in
      let (bytes, ends) = try stream(folder.appendingPathComponent("whole.jsonl.gz"))
      for length in 0...bytes.count {
        let file = folder.appendingPathComponent("cut.jsonl.gz")
        try bytes.prefix(length).write(to: file)
        let kept = ends.filter { $0 <= length }.count
        let found = try contents(file)
        // The record may be complete even if the end of its flush is missing.
        #expect(found.records.count >= kept && found.records == Array(records.prefix(found.records.count)))
        #expect(
          found.damage.isEmpty || found.damage.map(\.line) == [found.records.count + 1], "\(length): \(found.damage)")
        if !ends.contains(length), length > Gzip.header.count, found.records.count == kept {
          #expect(found.damage.map(\.problem) == ["an unfinished record, which is left out"], "\(length)")
        }
        try write([record(fold: 9)], to: file)
        let next = try contents(file)
        #expect(next.records == found.records + [record(fold: 9)] && next.damage.isEmpty, "\(length)")
        if length % 97 == 0 {
          let (text, isWhole) = try unpacked(file)
          #expect(isWhole && text.split(separator: UInt8(ascii: "\n")).count == next.records.count)
        }
      }
    }
  }

  @Test("A flipped bit costs at most the records behind it in its member, is told, and the journal can be gone on with")
  func flipped() throws {
    try withTemporaryFolder { folder in
      let whole = folder.appendingPathComponent("whole.jsonl.gz")
      try write(records, to: whole)
      let first = try Data(contentsOf: whole).count
      try write((7...9).map { record(fold: $0) }, to: whole)
      let bytes = try Data(contentsOf: whole)
      for bit in stride(from: 0, to: 8 * bytes.count, by: 13) {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << (bit % 8)
        let file = folder.appendingPathComponent("flipped-\(bit).jsonl.gz")
        try damaged.write(to: file)
        let found = try contents(file)
        // The reader returns no record that was not written, and those of the other member.
        #expect(found.records.allSatisfy { ($0.fold <= 6 ? records[$0.fold - 1] : record(fold: $0.fold)) == $0 })
        let isInFirst = bit / 8 < first
        #expect(found.records.filter { isInFirst ? $0.fold > 6 : $0.fold <= 6 }.count == (isInFirst ? 3 : 6), "\(bit)")
        #expect(found.records.count == 9 || !found.damage.isEmpty, "\(bit)")
        // Without its first bytes, a file of one member may be anything.
        guard bit % 7 == 0, bit >= 16, let writer = try? JournalWriter<TrialRecord>(file) else { continue }
        try writer.append(record(fold: 12))
        try writer.finish()
        let next = try contents(file)
        #expect(next.records == found.records + [record(fold: 12)] && next.damage.isEmpty, "\(bit): \(next.damage)")
        if !found.damage.isEmpty {
          #expect(try Data(contentsOf: file.appendingPathExtension("damaged")) == damaged)
        }
      }
    }
  }

  @Test("Zero bytes at the end, as a power cut leaves them, are told and cut away", arguments: [1, 4096])
  func zeros(count: Int) throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("run.jsonl.gz")
      let (bytes, _) = try stream(file)
      try write([], to: file)
      for start in [bytes, try Data(contentsOf: file)] {
        try? FileManager.default.removeItem(at: file)
        try (start + Data(count: count)).write(to: file)
        let found = try contents(file)
        #expect(found.records == records && found.damage.count == 1)
        try write([record(fold: 9)], to: file)
        #expect(try contents(file).records == records + [record(fold: 9)])
        #expect(try unpacked(file).isWhole && contents(file).damage.isEmpty)
      }
    }
  }

  @Test("A changed line of a plain journal with checksums is told with its number and left out, and so is a torn one")
  func plain() throws {
    try withTemporaryFolder { folder in
      let packed = folder.appendingPathComponent("run.jsonl.gz")
      try write(records, to: packed)
      var text = try unpacked(packed).text
      let second = try #require(text.firstIndex(of: UInt8(ascii: "\n"))) + 40
      text[second] ^= 1
      let file = folder.appendingPathComponent("run.jsonl")
      try (text + Data(#"{"torn"#.utf8)).write(to: file)
      let found = try contents(file)
      #expect(found.records == Array(records.prefix(1) + records.dropFirst(2)))
      #expect(found.damage.map(\.line) == [2, 7])
      #expect(
        found.damage[0].problem.hasPrefix("its checksum is ") && found.damage[0].description.contains("run.jsonl:2: "))
    }
  }

  @Test("The checksum of a line is the CRC-32 of what follows its own member", arguments: [(#"{"a":1}"#, "94da56a3")])
  func checksum(object: String, expected: String) throws {
    let line = JournalLine.sealed(Data(object.utf8))
    #expect(String(decoding: line, as: UTF8.self) == #"{"crc32":"\#(expected)","a":1}"#)
  }

  @Test("Many records in several runs are one file that zcat reads, with nothing in it that changes from day to day")
  func members() throws {
    try withTemporaryFolder { folder in
      let files = ["a", "b"].map { folder.appendingPathComponent("\($0).jsonl.gz") }
      let many = (1...1500).map { record(fold: $0) }
      for file in files { for part in [many.prefix(700), many.dropFirst(700)] { try write(Array(part), to: file) } }
      let bytes = try Data(contentsOf: files[0])
      #expect(try bytes == Data(contentsOf: files[1]))
      #expect(bytes.ranges(of: Gzip.header).count >= 4)
      let found = try contents(files[0])
      #expect(found.records == many && found.damage.isEmpty)
      let (text, isWhole) = try unpacked(files[0])
      #expect(isWhole && text.split(separator: UInt8(ascii: "\n")).count == 1500)
    }
  }

  @Test("Packed journals hold the lines of others unchanged, with checksums, and packing them again changes no byte")
  func packing() throws {
    try withTemporaryFolder { folder in
      let (old, new) = (folder.appendingPathComponent("old.jsonl"), folder.appendingPathComponent("new.jsonl.gz"))
      try (records[0].json() + Data("\nnonsense\n".utf8)).write(to: old)
      try write(Array(records.dropFirst()), to: new)
      let packed = try Journal<TrialRecord>.packed([old, new])
      #expect(packed.lines == 6 && packed.damage.map(\.line) == [2])
      let file = folder.appendingPathComponent("reference.jsonl.gz")
      try packed.bytes.write(to: file)
      #expect(try contents(file).records == records)
      #expect(try Journal<TrialRecord>.packed([file]).bytes == packed.bytes)
      let (text, isWhole) = try unpacked(file)
      let lines = try records.map { try JournalLine.sealed($0.json()) + [10] }
      #expect(isWhole && text == Data(lines.joined()))
    }
  }
}
