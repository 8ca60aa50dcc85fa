import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Layouts of MAT-files")
struct MATLayoutTests {
  private func load(_ name: String) throws -> LoadedDataset {
    try BagReader.read(Fixture.url("layouts/" + name))
  }

  private func failure(_ name: String) throws -> String {
    let error = #expect(throws: ReadError.self) { try load(name) }
    return try #require(error).description
  }

  @Test(
    "Each layout, naming, number type and label convention gives the bags of the musk excerpt",
    arguments: [
      ("lamda.mat", BagFormat.cellOfBags), ("lamda-packed.mat", .cellOfBags), ("lamda-big.mat", .cellOfBags),
      ("cells-and-labels.mat", .cellOfBags), ("milpy.mat", .flatMAT), ("milpy-narrow.mat", .flatMAT),
      ("milpy-sparse.mat", .flatMAT), ("milpy-structure.mat", .flatMAT), ("prtools-structure.mat", .prtools),
      ("prtools-named.mat", .prtools), ("prtools-numbered.mat", .prtools),
      ("prtools-instances.mat", .prtools),
    ])
  func layouts(file: String, format: BagFormat) throws {
    let golden = try Fixture.json("musk-excerpt.json", as: MuskExcerpt.self)
    let loaded = try load(file)
    #expect(loaded.format == format)
    #expect(try loaded.dataset.fingerprint == golden.fingerprint)
    #expect(try BagReader.read(Fixture.url("layouts/" + file), format: format).dataset == loaded.dataset)
  }

  @Test("Bags keep the names that the file gives them")
  func names() throws {
    #expect(try load("milpy.mat").dataset.bagNames == ["0", "1", "2", "3"])
    #expect(try load("milpy-sparse.mat").dataset.bagNames == ["7", "10", "13", "16"])
    #expect(try load("lamda.mat").dataset.bagNames == ["1", "2", "3", "4"])
    #expect(try load("prtools-named.mat").dataset.bagNames == (0..<4).map { "molecule \($0)" })
  }

  @Test(
    "Instances of a bag that do not follow each other are gathered; the order of labels with one a bag must be said")
  func scrambled() throws {
    let file = try Fixture.url("layouts/milpy-scrambled.mat")
    let error = #expect(throws: ReadError.self) { try BagReader.read(file) }
    #expect(error?.description.contains("--bag-order appearance or sorted") == true)
    var options = ReadOptions.automatic
    options.bagOrder = .sorted
    let (scrambled, plain) = try (BagReader.read(file, options: options).dataset, load("milpy.mat").dataset)
    #expect(scrambled.bagNames.prefix(3) == ["0", "3", "1"] && Set(scrambled.bagNames) == Set(plain.bagNames))
    let labels = Dictionary(uniqueKeysWithValues: zip(plain.bagNames, plain.labels))
    #expect(scrambled.labels == scrambled.bagNames.map { labels[$0] })
  }

  @Test("With the rule of presence, a positive instance makes its bag positive and labels stay with the instances")
  func instanceLabels() throws {
    let dataset = try load("prtools-instances.mat").dataset
    let firsts = (0..<dataset.instanceCount).map { row in
      dataset.offsets.firstIndex(of: row).map { dataset.labels[$0] } ?? 0
    }
    #expect(dataset.instanceLabels == firsts)
    #expect(try load("prtools-structure.mat").dataset.instanceLabels == nil)
    #expect(
      try failure("prtools-contrary.mat").contains("instance 2: found label negative for bag 0, expected positive"))
  }

  @Test("Class names that do not say which is positive need the option")
  func undecidedNames() throws {
    #expect(throws: ReadError.self) { try load("prtools-unknown.mat") }
    let options = ReadOptions(positive: "pear")
    let loaded = try BagReader.read(Fixture.url("layouts/prtools-unknown.mat"), options: options)
    #expect(loaded.classNames == ["apple", "pear"])
  }

  @Test(
    "Any of the three files, or their folder, leads to the others",
    arguments: [
      ("three", "three"), ("three/X.mat", "three"), ("three/Bag2.mat", "three"), ("three/BagI.mat", "three"),
      ("three-prefixed", "small"), ("three-prefixed/small_bag2.mat", "small"),
    ])
  func threeFiles(path: String, name: String) throws {
    let golden = try Fixture.json("musk-excerpt.json", as: MuskExcerpt.self)
    let loaded = try load(path)
    #expect(loaded.format == .threeFileMAT)
    #expect(try loaded.dataset.fingerprint == golden.fingerprint)
    #expect(loaded.dataset.name == name)
    let folder = path.hasPrefix("three-") ? "three-prefixed/small_" : "three/"
    let parts = path.hasPrefix("three-") ? ["x", "bag2", "bagi"] : ["X", "Bag2", "BagI"]
    let all = try parts.flatMap { try Fixture.bytes("layouts/\(folder)\($0).mat") }
    #expect(loaded.sha256 == SHA256.hexDigest(of: all))
  }

  @Test("Of the three files the missing one is named", arguments: [("X.mat", "Bag2.mat"), ("Bag2.mat", "X.mat")])
  func missingFile(given: String, missing: String) throws {
    try Fixture.withFile(Fixture.bytes("layouts/three/" + given), named: given) { file in
      let error = #expect(throws: ReadError.self) { try BagReader.read(file) }
      #expect(error?.description.contains("no \(missing) beside it") == true)
    }
  }

  @Test("A file that fits no layout is refused with its variables and the layouts there are")
  func unknown() throws {
    let line = try failure("testIndex.mat")
    #expect(line.contains("testIndex (numeric 12 x 3)"))
    for format in [BagFormat.prtools, .cellOfBags, .flatMAT, .threeFileMAT] { #expect(line.contains(format.id)) }
  }

  @Test("Changed variables are refused by name, with what was found and what was expected")
  func refusals() throws {
    func fail(_ name: String, _ change: (inout [UInt8]) throws -> Void) throws -> String {
      var bytes = try Fixture.bytes("layouts/" + name)
      try change(&bytes)
      return try Fixture.withFile(bytes, named: "a.mat") { file in
        try #require(#expect(throws: ReadError.self) { try BagReader.read(file) }).description
      }
    }
    func place(_ wanted: [UInt8], in bytes: [UInt8]) throws -> Int {
      try #require(bytes.indices.first { bytes[$0...].starts(with: wanted) })
    }
    func double(_ value: Double) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
    }
    // The label numbers of prtools-structure.mat are 64-bit integers: eight times 2, eight times 1.
    let numbers = [UInt8](repeating: 2, count: 8).flatMap { [$0] + [UInt8](repeating: 0, count: 7) }
    #expect(
      try fail("prtools-structure.mat") { bytes in
        let start = try place(numbers, in: bytes)
        bytes.replaceSubrange(start..<(start + 8), with: [0, 0, 0, 0, 0, 0, 0, 0x80])
      }.contains("label number -9.223372036854776e+18 of instance 1, expected 1 to 2"))
    // The labels of milpy.mat are 1, 1, 0, 0 and the last variable.
    let labels = [1.0, 1, 0, 0].flatMap(double)
    #expect(
      try fail("milpy.mat") { bytes in
        let start = try #require(bytes.indices.last { bytes[$0...].starts(with: labels) })
        bytes.replaceSubrange(start..<(start + 8), with: double(5.5))
      }.contains("3 different numbers as labels, not all of them whole"))
    #expect(
      try fail("milpy.mat") { bytes in
        let start = try place([1.0, 1, 1, 1, 2, 2, 2, 2].flatMap(double), in: bytes)
        bytes.replaceSubrange(start..<(start + 8), with: double(1.5))
      }.contains("variable bags: found bag number 1.5 of instance 5, expected a whole number"))
    #expect(
      try fail("milpy.mat") { bytes in
        let start = try place(
          double(try load("milpy.mat").dataset.instances.row(0).first.map(Double.init) ?? 0), in: bytes)
        bytes.replaceSubrange(start..<(start + 8), with: double(.nan))
      }.contains("variable Data: found nan in row 1, column 1, expected a finite number"))
  }
}
