import Containers
import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import Subprocesses
import TestSupport
import Testing
import UserInput

@Suite("Rows that look like padding, and numbers that are not finite")
struct PaddingRowsTests: ArrayFixtureReading {
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

  @Test(
    "Rows of NaN at the ends of bags are dropped before missing values are refused", arguments: ["csv", "arff", "svm"])
  func blankRows(kind: String) throws {
    func load(inner: String, _ change: (inout ReadOptions) -> Void) throws -> LoadedDataset {
      let rows = (0..<18).map { row -> (bag: Int, fields: [String]) in
        let (bag, place) = (row / 3, row % 3)
        if place == 2, bag < 2 { return (bag, ["NaN", "NaN", "NaN"]) }
        return (bag, ["\(bag).5", row == 10 ? inner : "\(place).7", "2.\(row)"])
      }
      let lines =
        switch kind {
        case "csv":
          ["bag,label,f,g,h"] + rows.map { "b\($0.bag),\($0.bag % 2)," + $0.fields.joined(separator: ",") }
        case "arff":
          [
            "@relation r", "@attribute bag string", "@attribute f real", "@attribute g real", "@attribute h real",
            "@attribute class {0,1}", "@data",
          ] + rows.map { "b\($0.bag),\($0.fields.joined(separator: ",")),\($0.bag % 2)".replacing("NaN", with: "?") }
        default:
          rows.enumerated().map { place, row in
            let pairs = row.fields.enumerated().map { "\($0 + 1):\($1)" }
            return "\(place):\(row.bag):\(row.bag % 2) " + pairs.joined(separator: " ")
          }
        }
      var options = ReadOptions.automatic
      options.paddingRows = .drop
      change(&options)
      let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
      return try Fixture.withFile(bytes, named: "bags." + kind) { try BagReader.read($0, options: options) }
    }
    let loaded = try load(inner: "1.5") { _ in }
    #expect(loaded.dataset.instanceCount == 16)
    #expect(loaded.lines.contains { $0.contains("2 of 18 rows at the ends of bags") }, "\(loaded.lines)")
    let line = try #require(#expect(throws: ReadError.self) { try load(inner: "NaN") { _ in } }).description
    #expect(line.contains("found nan in instance 2, feature") && line.contains("--missing drop-instances"), "\(line)")
    let both = try load(inner: "NaN") { $0.missing = .dropInstances }
    #expect(both.dataset.instanceCount == 15)
    #expect(both.lines.contains { $0.contains("2 of 18 rows at the ends of bags") }, "\(both.lines)")
    #expect(both.lines.contains { $0.contains("1 of 16 instances left out") }, "\(both.lines)")
  }

  @Test("Rows of NaN in arrays are dropped")
  func blankArrays() throws {
    let bytes = try archive("X") { row in row % 3 == 2 && row < 6 ? .nan : Float(row) + 0.5 }
    var options = ReadOptions.automatic
    options.paddingRows = .drop
    let loaded = try Fixture.withFile(bytes, named: "a.npz") { try BagReader.read($0, options: options) }
    #expect(loaded.dataset.instanceCount == 16)
  }

  @Test("Features under another name are named with the way out")
  func renamed() throws {
    let bytes = try archive("embeddings") { Float($0) + 0.5 }
    let line = try Fixture.withFile(bytes, named: "a.npz") { file in
      try #require(#expect(throws: ReadError.self) { try BagReader.read(file) }).description
    }
    #expect(line.contains("a['X'] = a.pop('embeddings')"), "\(line)")
  }

  /// Returns an archive of six bags of three instances, whose three features are a number each.
  private func archive(_ name: String, _ value: (Int) -> Float) throws -> [UInt8] {
    let rows = 0..<18
    return try TemporaryFolder.use { place in
      let url = place.appending(path: "a.npz")
      let matrix = Matrix<Float>(
        rows: 18, columns: 3, elements: rows.flatMap { row in (0..<3).map { value(row) * Float($0 + 1) } })
      try NumPyWriter.write(
        [
          (name: name, content: .matrix(matrix)), (name: "bag", content: .integers(rows.map { $0 / 3 })),
          (name: "y", content: .integers(rows.map { $0 / 3 % 2 })),
        ], to: url)
      return [UInt8](try Data(contentsOf: url))
    }
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
