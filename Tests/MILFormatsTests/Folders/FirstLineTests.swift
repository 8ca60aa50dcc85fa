import Foundation
import Testing
import UserInput

@testable import MILBags
@testable import MILFormats

@Suite("First lines of numbers in folders of text")
struct FirstLineTests {
  private static let separators = [",", ";", "\t", " "]

  /// Returns six files of three rows below the same line.
  private func files(_ line: String, _ separator: String) -> [String: [UInt8]] {
    let fields = line.split(separator: ",").joined(separator: separator)
    let width = line.split(separator: ",").count
    return WrittenFolder.texts({ _ in fields + "\n" }) { bag, row in
      WrittenFolder.row(bag, row, width: width, separator: separator)
    }
  }

  @Test("Ascending numbers that are the first line of every file are a header, and that is said", arguments: separators)
  func ascending(separator: String) throws {
    for line in ["400.5,410.5,420.5,430.5", "100,200,300", "-1.5,0,2.5,7,9"] {
      let loaded = try WrittenFolder.load(files(line, separator))
      #expect(loaded.dataset.instanceCount == 18)
      #expect(loaded.dataset.featureNames == line.split(separator: ",").map(String.init))
      #expect(loaded.lines.contains { $0.contains("is a header: its numbers ascend") }, "\(loaded.lines)")
    }
  }

  @Test("Numbers that count three columns or more are a header, and that is said", arguments: separators)
  func counted(separator: String) throws {
    for line in ["1,2,3", "0,1,2,3", "1,2,3,4,5"] {
      let loaded = try WrittenFolder.load(files(line, separator))
      #expect(loaded.dataset.instanceCount == 18 && loaded.dataset.featureNames == nil)
      #expect(loaded.lines.contains { $0.contains("is a header that counts the columns") }, "\(loaded.lines)")
    }
  }

  @Test("Files without a header are read so, and that is said", arguments: separators)
  func none(separator: String) throws {
    let different = WrittenFolder.texts({ _ in "" }) {
      WrittenFolder.row($0, $1, width: 4, separator: separator)
    }
    // The first line of every file is the same, and occurs again.
    let repeated = WrittenFolder.texts({ _ in "" }) { bag, row in
      row < 2
        ? ["2.5", "4.5", "6.5"].joined(separator: separator)
        : WrittenFolder.row(bag, row, width: 3, separator: separator)
    }
    for files in [different, repeated] {
      let loaded = try WrittenFolder.load(files)
      #expect(loaded.dataset.instanceCount == 18)
      #expect(loaded.lines.contains { $0.contains("the files have no header") }, "\(loaded.lines)")
    }
  }

  @Test("Where a header and an instance are plausible, the option decides", arguments: separators)
  func ambiguous(separator: String) throws {
    func line(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: separator) + "\n" }
    func whole(_ bag: Int, _ row: Int) -> String {
      [bag + 4, bag + row + 7, 2 * bag + row + 9].map(String.init).joined(separator: separator)
    }
    let cases = [
      // No order, the same in all files.
      files("5,3,9", separator),
      // The third file alone counts the columns.
      WrittenFolder.texts({ line($0 == 2 ? [1, 2, 3] : [$0, $0 + 5, $0 + 1]) }, whole),
      WrittenFolder.texts({ line($0 == 2 ? [0, 1, 2] : [$0, $0 + 5, $0 + 1]) }, whole),
    ]
    for files in cases {
      let complaint = WrittenFolder.complaint(files)
      #expect(complaint.contains("a header or an instance, expected --header yes"), "\(complaint)")
      let kept = try WrittenFolder.load(files) { $0.hasHeader = false }
      #expect(kept.dataset.instanceCount == 24)
    }
    let dropped = try WrittenFolder.load(cases[0]) { $0.hasHeader = true }
    #expect(dropped.dataset.instanceCount == 18 && dropped.dataset.featureNames == ["5", "3", "9"])
  }

  @Test("A header that one file lacks, or that one file alone has, is refused", arguments: separators)
  func oddOnes(separator: String) throws {
    func head(_ line: String, in files: Set<Int>) -> (Int) -> String {
      { files.contains($0) ? line.replacing(",", with: separator) + "\n" : "" }
    }
    func row(_ bag: Int, _ row: Int, _ width: Int) -> String {
      (0..<width).map { "\(bag + $0 * $0 * (3 - row)).\(row + 1)\($0 * 3 % 5)" }.joined(separator: separator)
    }
    let cases: [(String, Set<Int>, Int, String)] = [
      ("400.5,410.5,420.5,430.5", [0, 1, 2, 4, 5], 4, "s4.csv"), ("5,3,9,4", [0, 1, 2, 4, 5], 4, "s4.csv"),
      ("400,410,420,430", [3], 4, "s4.csv"), ("0,1", [2], 2, "s3.csv"), ("1,2,3", [0, 1, 2, 3, 4], 3, "s1.csv"),
    ]
    for (line, files, width, place) in cases {
      let texts = WrittenFolder.texts(head(line, in: files)) { row($0, $1, width) }
      let complaint = WrittenFolder.complaint(texts)
      #expect(complaint.contains("a header or an instance") && complaint.contains("--header"), "\(complaint)")
      #expect(complaint.contains(place), "\(complaint)")
      let kept = try WrittenFolder.load(texts) { $0.hasHeader = false }
      #expect(kept.dataset.instanceCount == 18 + files.count)
    }
  }

  @Test(
    "A first line of numbers and missing values is an instance",
    arguments: ["NA,1.5,2.5", "1.5,?,2.5", "1.5,-,2.5", "1.5,2.5,NaN", "1.5,,2.5", "1.5,2.5,", "NA,NA,NA"], [",", "\t"])
  func missingInFirst(line: String, separator: String) throws {
    let files = WrittenFolder.texts({ _ in "" }) { bag, row in
      bag == 2 && row == 0
        ? line.replacing(",", with: separator) : WrittenFolder.row(bag, row, width: 3, separator: separator)
    }
    let complaint = WrittenFolder.complaint(files)
    #expect(complaint.contains("s3.csv, line 1, field"), "\(complaint)")
    #expect(complaint.contains("--missing drop-instances"), "\(complaint)")
    let loaded = try WrittenFolder.load(files) { $0.missing = .dropInstances }
    #expect(loaded.dataset.instanceCount == 17 && loaded.dataset.featureNames == nil)
  }

  @Test("An infinite number in a first line is refused with the way out")
  func infiniteInFirst() {
    let files = WrittenFolder.texts({ _ in "" }) { bag, row in
      bag == 2 && row == 0 ? "inf,1.5,2.5" : WrittenFolder.row(bag, row, width: 3, separator: ",")
    }
    let complaint = WrittenFolder.complaint(files)
    #expect(complaint.contains("s3.csv, line 1, field 1") && complaint.contains("--missing-code inf"), "\(complaint)")
  }

  @Test("Numbers behind an empty field are a header where they count, and refused where they ascend otherwise")
  func index() throws {
    func texts(_ line: String) -> [String: [UInt8]] {
      let width = line.count { $0 == "," } + 1
      return WrittenFolder.texts({ _ in line + "\n" }) { bag, row in
        WrittenFolder.row(bag, row, width: width, separator: ",")
      }
    }
    for line in [",0,1", ",0,1,2"] { #expect(try WrittenFolder.load(texts(line)).dataset.instanceCount == 18) }
    let complaint = WrittenFolder.complaint(texts(",400.5,410.5,420.5"))
    #expect(complaint.contains("--header yes") && complaint.contains("--header no"), "\(complaint)")
  }

  @Test("Columns that differ and have numbers for names may be instances")
  func wayOut() {
    let complaint = WrittenFolder.complaint(
      WrittenFolder.texts({ "1.5,a\($0),2.5\n" }) { WrittenFolder.row($0, $1, width: 3, separator: ",") })
    #expect(complaint.contains("where the first lines are instances, --header no"), "\(complaint)")
  }

  @Test("Missing values are handled below a header of numbers, and where columns have another order")
  func missing() throws {
    let heads: [(Int) -> String] = [
      { _ in "0,1,2\n" }, { _ in "10.5,20.5,30.5\n" }, { $0 < 3 ? "f,g,h\n" : "h,g,f\n" },
    ]
    for head in heads {
      let files = WrittenFolder.texts(head) { bag, row in
        bag == 2 && row == 1 ? "1.5,NA,2.5" : WrittenFolder.row(bag, row, width: 3, separator: ",")
      }
      let loaded = try WrittenFolder.load(files) { $0.missing = .dropInstances }
      #expect(loaded.dataset.instanceCount == 17, "\(head(0))")
    }
  }
}
