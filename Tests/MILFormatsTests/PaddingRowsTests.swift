import Foundation
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Rows that look like padding, and numbers that are not finite")
struct PaddingRowsTests {
  private func load(_ name: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try BagReader.read(Fixture.url("arrays/" + name), options: options)
  }

  private func failure(_ name: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> String {
    try #require(#expect(throws: ReadError.self) { try load(name, change) }).description
  }

  private func sizes(_ loaded: LoadedDataset) -> [Int] {
    (0..<loaded.dataset.bagCount).map { loaded.dataset[sizeOfBag: $0] }
  }

  @Test(
    "Flat arrays whose bags are filled up to one size are refused, kept or dropped",
    arguments: [
      ("ends.npz", [4, 3, 4, 4, 2, 4]), ("front.npz", [3, 4, 4, 2, 4, 4]), ("copies.npz", [2, 4, 3, 4, 4, 1]),
      ("ends.mat", [4, 3, 4, 4, 2, 4]), ("front.mat", [3, 4, 4, 2, 4, 4]), ("copies.mat", [2, 4, 3, 4, 4, 1]),
    ])
  func flat(name: String, expected: [Int]) throws {
    let file = "flat-" + name
    let line = try failure(file)
    #expect(line.contains("looks like padding") && line.contains("--padding-rows drop"), "\(line)")
    let kept = try load(file) { $0.paddingRows = .keep }
    #expect(sizes(kept) == [4, 4, 4, 4, 4, 4])
    #expect(
      kept.lines.contains { $0.contains("taken for instances, as was asked for (--padding-rows)") }, "\(kept.lines)")
    let dropped = try load(file) { $0.paddingRows = .drop }
    #expect(sizes(dropped) == expected)
    #expect(dropped.dataset.reading?.options.paddingRows == .drop)
    #expect(dropped.lines.contains { $0.contains("at the ends of bags, which look like padding") }, "\(dropped.lines)")
  }

  @Test("A table whose bags are filled up to one size is refused, kept or dropped", arguments: [",", ";", "\t"])
  func tables(separator: String) throws {
    func text(_ fill: String) -> String {
      let rows = (0..<18).map { row in
        let (bag, place) = (row / 3, row % 3)
        return "b\(bag),\(bag % 2)," + (place == 2 && bag < 2 ? fill : "\(bag).5,\(place).7,2.\(row)")
      }
      return (["bag,label,f,g,h"] + rows).map { $0.replacing(",", with: separator) + "\n" }.joined()
    }
    for fill in ["0,0,0", "-1,-1,-1"] {
      let line = try Fixture.failure(reading: text(fill))
      #expect(line.contains("2 bags end in rows that hold one number throughout"), "\(line)")
      for (choice, count) in [(ReadOptions.PaddingRows.keep, 18), (.drop, 16)] {
        var options = ReadOptions.automatic
        options.paddingRows = choice
        let loaded = try Fixture.withFile(Array(text(fill).utf8)) { try BagReader.read($0, options: options) }
        #expect(loaded.dataset.instanceCount == count)
      }
    }
    let blank = try Fixture.failure(reading: text("NA,NA,NA"))
    #expect(blank.contains("as all features of the line, which looks like padding"), "\(blank)")
    #expect(blank.contains("--missing drop-instances"), "\(blank)")
  }

  @Test("An array of whole numbers is bags whose instances may repeat, on demand", arguments: ["npz", "mat"])
  func cubes(kind: String) throws {
    let line = try failure("cube-whole." + kind)
    #expect(line.contains("looks like padding") && line.contains("--padding-rows keep"), "\(line)")
    #expect(sizes(try load("cube-whole." + kind) { $0.paddingRows = .keep }) == [3, 3, 3])
    #expect(sizes(try load("cube-whole." + kind) { $0.paddingRows = .drop }) == [2, 3, 3])
  }

  @Test("Padding of arrays is kept or dropped", arguments: ["cube-padded.npz", "cube-minus.npz", "cube-padded.mat"])
  func paddedCubes(name: String) throws {
    #expect(sizes(try load(name) { $0.paddingRows = .keep }) == [4, 4, 4])
    #expect(sizes(try load(name) { $0.paddingRows = .drop }) == (name == "cube-minus.npz" ? [3, 4, 4] : [4, 3, 4]))
  }

  @Test("Rows that other bags share cannot be dropped", arguments: ["cube-shared.npz", "cube-cycled.npz"])
  func shared(name: String) throws {
    let line = try failure(name) { $0.paddingRows = .drop }
    #expect(line.contains("--padding-rows keep where all are instances"), "\(line)")
    #expect(sizes(try load(name) { $0.paddingRows = .keep }) == [4, 4, 4])
  }

  @Test("Infinite features are missing where the user says so", arguments: ["npz", "mat"])
  func infinity(kind: String) throws {
    let name = "infinite." + kind
    #expect(try failure(name).contains("--missing-code inf with --missing drop-instances"))
    #expect(try failure(name) { $0.missing = .mean }.contains("--missing-code inf with --missing"))
    #expect(
      try failure(name) { ($0.missing, $0.missingCodes) = (.mean, [.infinity]) }.contains("--missing-code -inf"))
    let loaded = try load(name) { ($0.missing, $0.missingCodes) = (.dropInstances, [.infinity, -.infinity]) }
    #expect(loaded.dataset.instanceCount == 22)
    #expect(loaded.lines.contains { $0.contains("inf and -inf stand for a missing value") }, "\(loaded.lines)")
    let blank = try failure("nan-rows.npz")
    #expect(blank.contains("as the whole row, which looks like padding") && blank.contains("--missing"), "\(blank)")
  }

  @Test(
    "Infinite numbers in text are missing where the user says so",
    arguments: [
      "bag,label,f,g\na,1,inf,2\na,1,1,2\nb,0,3,-Infinity\nb,0,5,6\n",
      "@relation r\n@attribute bag string\n@attribute f numeric\n@attribute g numeric\n@attribute class {0,1}\n@data\n"
        + "a,inf,2,1\na,1,2,1\nb,3,-inf,0\nb,5,6,0\n",
      "0:0:1 1:inf 2:2\n1:0:1 1:1 2:2\n2:1:0 1:3 2:-inf\n3:1:0 1:5 2:6\n",
    ])
  func infiniteText(text: String) throws {
    let name = text.hasPrefix("@") ? "bags.arff" : text.hasPrefix("bag") ? "bags.csv" : "bags.svm"
    let line = try Fixture.failure(reading: text, named: name)
    #expect(line.contains("--missing-code inf with --missing drop-instances"), "\(line)")
    var options = ReadOptions.automatic
    (options.missing, options.missingCodes) = (.dropInstances, [.infinity, -.infinity])
    let loaded = try Fixture.withFile(Array(text.utf8), named: name) { try BagReader.read($0, options: options) }
    #expect(loaded.dataset.instanceCount == 2)
  }

  @Test("Options about padding and infinity are kept as text")
  func options() throws {
    var options = ReadOptions.automatic
    (options.missingCodes, options.paddingRows) = ([-999, .infinity, -.infinity], .keep)
    let text = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(ReadOptions.self, from: text) == options)
    #expect(options.remembered(features: nil).paddingRows == .keep)
    #expect(ReadOptions.automatic.filled(from: options).paddingRows == .keep)
    let one = try JSONDecoder().decode(ReadOptions.self, from: Data("{\"missingCode\": -99}".utf8))
    #expect(one.missingCodes == [-99])
  }
}
