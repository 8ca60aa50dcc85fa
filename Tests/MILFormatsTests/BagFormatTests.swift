import Foundation
import MILBags
import TestSupport
import Testing

@testable import MILFormats

@Suite("The list of layouts")
struct BagFormatTests {
  @Test("Layouts have names of their own, by which catalogues name them")
  func names() throws {
    let ids = BagFormat.all.map(\.id)
    #expect(Set(ids).count == ids.count && BagFormat.all.allSatisfy { !$0.summary.isEmpty })
    let text = try JSONEncoder().encode(BagFormat.all)
    #expect(try JSONDecoder().decode([String].self, from: text) == ids)
    #expect(try JSONDecoder().decode([BagFormat].self, from: text) == BagFormat.all)
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([BagFormat].self, from: Data(#"["uci-c46"]"#.utf8))
    }
    #expect("\(error.map { $0 as any Error } ?? CocoaError(.coderInvalidValue))".contains("no layout uci-c46"))
    #expect(throws: ReadError.self) { try BagFormat.named("uci-c46", file: "bags") }
    #expect(BagFormat.all.filter(\.labelsInstances) == [.newsgroups])
  }

  @Test("A data set of several files is found by its folder, and named by any of its files")
  func parts() throws {
    try withTemporaryFolder { folder in
      func file(_ name: String) -> URL { folder.appendingPathComponent(name, isDirectory: false) }
      #expect(BagFormat.file(inFolder: folder) == nil && BagFormat.file(inFolder: file("none")) == nil)
      for name in ["musk_X.mat", "musk_Bag2.mat", "musk_BagI.mat"] { try Data().write(to: file(name)) }
      #expect(BagFormat.file(inFolder: folder)?.lastPathComponent == "musk_X.mat")
      #expect(BagFormat.datasetName(ofFileAt: file("musk_BagI.mat")) == "musk")
      #expect(BagFormat.datasetName(ofFileAt: file("fox.csv.gz")) == "fox")
      let layouts = BagFormat.all.compactMap(\.parts)
      #expect(
        layouts.map { $0.files(file("musk_Bag2.mat"))?.map(\.lastPathComponent) ?? [] } == [
          ["musk_X.mat", "musk_Bag2.mat", "musk_BagI.mat"]
        ])
      #expect(layouts.allSatisfy { $0.titles.count == 3 })
      #expect(!FeatureFolder().recognises(folder))
    }
  }

  @Test(
    "A text is recognised by its layout alone, and tables by none of them",
    arguments: [
      ("newsgroups-excerpt.txt", [BagFormat.newsgroups]), ("newsgroups-excerpt-crlf.txt", [.newsgroups]),
      ("musk-excerpt-keel.dat", [.keel]), ("musk-excerpt-flat.arff", [.arff]), ("musk-excerpt.svm", [.andrews]),
      ("fox-excerpt.data", []), ("musk-excerpt.csv", []), ("musk-excerpt.data", []),
    ])
  func recognition(file: String, formats: [BagFormat]) throws {
    let text = TextScanner(file: file, bytes: try Fixture.bytes(file))
    #expect(BagFormat.all.filter { $0.recognises(text) } == formats)
  }
}
