import Foundation
import TestSupport
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Audit of folds")
struct FoldAuditTests {
  private func findings(_ text: String, bagCount: Int? = nil) throws -> [AuditFinding] {
    try Fixture.withFile(Array(text.utf8), named: "folds.json") {
      #expect(FoldAudit.isFoldFile($0))
      return try FoldAudit.findings(in: $0, bagCount: bagCount)
    }
  }

  @Test("Partitions give one note")
  func sound() throws {
    let found = try findings("{\"schemes\": [{\"name\": \"a\", \"assignment\": [[1, 2, 1, 2], [2, 2, 1, 1]]}]}")
    #expect(found.map(\.severity) == [.note] && found[0].numbers["repetitions"] == 2)
    #expect(try findings("{\"assignment\": [[1, 2, 3]]}").map(\.severity) == [.note])
  }

  @Test("A fold file as it is written is audited", arguments: [FoldScheme.plain, .stratified])
  func written(scheme: FoldScheme) throws {
    let bags = try BagReader.read(Fixture.url("musk-excerpt.csv")).dataset
    let folds = try FoldAssignment(for: bags, scheme: scheme, folds: 2, repeats: 3, seed: 1)
    try Fixture.withFile([], named: "folds.json") { file in
      try folds.write(to: file)
      let found = try FoldAudit.findings(in: file, bagCount: bags.bagCount)
      #expect(found.map(\.severity) == [.note] && found.first?.numbers["repetitions"] == 3)
      #expect(
        try FoldAudit.findings(in: file, bagCount: bags.bagCount + 1).map(\.severity) == [.fault, .fault, .fault])
    }
  }

  @Test("The fold file among the fixtures is a partition of Musk1, and none once a bag has moved to no fold")
  func fixture() throws {
    let file = try Fixture.url("fold-file.json")
    #expect(try FoldAudit.findings(in: file, bagCount: 92).map(\.severity) == [.note])
    let text = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(text.range(of: "    [")).upperBound
    let end = try #require(text[start...].firstIndex(of: ","))
    let found = try findings(text.replacingCharacters(in: start..<end, with: "0"), bagCount: 92)
    #expect(found.map(\.severity) == [.fault])
    #expect(found.first?.sentence.contains("1 of 92 bags are in no test fold and 0 in several") == true)
  }

  @Test("Bags in no fold or several, empty folds, and folds of other bags are faults")
  func faulty() throws {
    #expect(
      try findings("{\"assignment\": [[1, 2, 0, 2]]}").first?.sentence
        == "repetition 1: 1 of 4 bags are in no test fold and 0 in several, so the folds are no partition.")
    #expect(try findings("{\"assignment\": [[1, 3, 3, 1]]}").first?.sentence == "repetition 1: fold 2 is empty.")
    #expect(try findings("{\"assignment\": [[1, 9000000000000, -3, 1]]}").first?.severity == .fault)
    #expect(try findings("{\"assignment\": [[1, 1]]}").first?.sentence == "repetition 1: 1 fold, expected at least 2.")
    #expect(try findings("{\"assignment\": [[1, 2, 1]]}", bagCount: 4).first?.severity == .fault)
    #expect(try findings("{\"assignment\": [[1, 2, 1, 2, 2]]}", bagCount: 4).first?.severity == .fault)
    #expect(
      FoldAudit.problem(with: [[1, 2], [2, 3]], bags: 4)?.contains("1 of 4 bags are in no test fold and 1") == true)
    #expect(FoldAudit.problem(with: [], bags: 0) != nil)
  }

  @Test("A file without folds is no fold file")
  func noFolds() throws {
    #expect(try !FoldAudit.isFoldFile(Fixture.url("musk-excerpt.csv")))
    #expect(try !FoldAudit.isFoldFile(Fixture.url("musk-excerpt-little.mat")))
    #expect(throws: ReadError.self) { try findingsOfEmpty() }
  }

  private func findingsOfEmpty() throws -> [AuditFinding] {
    try Fixture.withFile(Array("{\"schemes\": []}".utf8)) { try FoldAudit.findings(in: $0) }
  }

  @Test("The folds that circulate are partitions", .enabled(if: Fixture.dataFolder != nil))
  func circulating() throws {
    let folder = try #require(Fixture.dataFolder)
    for set in try Catalogue.shipped().sets {
      for file in set.foldFiles {
        let url = folder.appendingPathComponent(file.name)
        #expect(SHA256.hexDigest(of: try Data(contentsOf: url)) == file.sha256)
        let found = try FoldAudit.findings(in: url, bagCount: set.shape?.bags)
        #expect(found.map(\.severity) == [.note], "\(file.name)")
      }
    }
  }
}
