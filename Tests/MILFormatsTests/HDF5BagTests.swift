import Containers
import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Bags in MATLAB 7.3 and HDF5 files", .enabled(if: ArrayContainers.extensions.contains("h5") && hasHDF5))
struct HDF5BagTests {
  private func load(_ name: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try BagReader.read(Fixture.url("hdf5-bags/" + name), options: options)
  }

  private func failure(_ name: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> String {
    try #require(#expect(throws: ReadError.self) { try load(name, change) }).description
  }

  private func expectSame(_ left: BagDataset, _ right: BagDataset, _ name: String) throws {
    #expect(try left.fingerprint == right.fingerprint, "\(name)")
    #expect(left.bagNames == right.bagNames && left.labels == right.labels && left.offsets == right.offsets, "\(name)")
    #expect(left.groups == right.groups && left.instanceLabels == right.instanceLabels, "\(name)")
    #expect(left.places == right.places, "\(name)")
  }

  @Test(
    "A changed file gives a sound data set or one clear line, never a crash",
    arguments: ["packed.h5", "texts.h5", "cells-7.mat"])
  func mutations(name: String) throws {
    let original = try Fixture.bytes("hdf5-bags/" + name)
    var mutator = Mutator(generator: RandomGenerator(seed: 14))
    var refused = 0
    try Fixture.withFile([], named: name) { file in
      for _ in 0..<200 {
        try Data(mutator.mutate(original)).write(to: file)
        do {
          let dataset = try BagReader.read(file).dataset
          let areFinite = dataset.instances.elements.allSatisfy { $0.isFinite }
          #expect(areFinite)
        } catch let error where error is ReadError || error is DatasetError {
          refused += 1
          #expect(!"\(error)".contains("\n"))
        }
      }
    }
    #expect(refused > 20 && refused < 200)
  }

  @Test(
    "The same arrays are the same data set in MATLAB 5, MATLAB 7.3, NumPy and HDF5 files",
    arguments: [
      "plain", "single", "texts", "int64", "cube", "cube-sizes",
    ])
  func same(name: String) throws {
    let numPy = try load(name + ".npz") { $0.paddingRows = .keep }.dataset
    #expect(numPy.bagCount >= 4 && Set(numPy.labels) == [0, 1])
    for other in ["-5.mat", "-7.mat", ".h5"] {
      let loaded = try load(name + other) { $0.paddingRows = .keep }
      try expectSame(loaded.dataset, numPy, name + other)
      #expect(loaded.format?.id == (other == ".h5" ? "h5" : "milpy-mat"))
    }
  }

  @Test("Instance labels, places and groups are read, and arrays that nothing needs are named")
  func roles() throws {
    for name in ["plain-7.mat", "plain.h5"] {
      let loaded = try load(name)
      #expect(loaded.dataset.instanceLabels != nil && loaded.dataset.places != nil, "\(name)")
      #expect(loaded.dataset.groups == ["1", "1", "2", "2", "3", "3"], "\(name)")
      #expect(loaded.lines.contains { $0.contains("other") }, "\(loaded.lines)")
    }
    let lines = try load("fixed.h5").lines
    #expect(lines.contains { $0.contains("elsewhere") && $0.contains("soft") && $0.contains("table") }, "\(lines)")
  }

  @Test("64-bit ids have all their digits", arguments: ["int64-7.mat", "int64.h5"])
  func exactIds(name: String) throws {
    #expect(try load(name).dataset.bagNames.first == "4611686018427387905")
  }

  @Test(
    "Texts of cells and of variable and fixed length are Unicode", arguments: ["texts-7.mat", "texts.h5", "fixed.h5"])
  func texts(name: String) throws {
    #expect(
      try load(name).dataset.bagNames == ["slide b", "slide d", "slide e", "slide ä", "slide ω", "slide 漢"])
  }

  @Test("Texts of fixed length that blanks fill up end before the blanks")
  func blanks() throws {
    #expect(try load("fixed.h5").dataset.groups == ["p1", "p1", "p2", "p2", "p3", "p3"])
  }

  @Test(
    "Packed arrays, structs, sparse matrices, cells of bags and groups are read as plain ones",
    arguments: [
      ("packed-7.mat", "single.npz"), ("struct-7.mat", "single.npz"), ("group.h5", "single.npz"),
      ("packed.h5", "texts.npz"), ("sparse-7.mat", "sparse-5.mat"), ("cells-7.mat", "single.npz"),
      ("lamda-7.mat", "single.npz"),
    ])
  func layouts(name: String, plain: String) throws {
    try expectSame(load(name).dataset, load(plain).dataset, name)
  }

  @Test("The layouts of cells are those of MATLAB 5 files, and a group of all arrays is named")
  func layoutNames() throws {
    #expect(try load("cells-7.mat").format?.id == "lamda-mat" && load("lamda-7.mat").format?.id == "lamda-mat")
    #expect(try load("group.h5").lines.contains { $0.contains("arrays of the group set/first/") })
  }

  @Test("A packed copy is the same data set")
  func packed() throws {
    let plain = try load("plain.h5").dataset
    try expectSame(load("plain.h5.gz").dataset, plain, "gzip")
  }

  @Test("The layout can be named, and text may not be asked of the file")
  func named() throws {
    #expect(try load("plain.h5") { $0.format = "h5" }.dataset.bagCount == 6)
    #expect(try load("plain-7.mat") { $0.format = "milpy-mat" }.dataset.bagCount == 6)
    #expect(try failure("plain.h5") { $0.format = "csv" }.contains("an HDF5 file"))
    #expect(try failure("plain.npz") { $0.format = "h5" }.contains("expected an HDF5 file"))
  }

  @Test(
    "What is not read is refused by its name, with the way out",
    arguments: [
      ("one-bag.h5", "the arrays coords, features", "from their folder, with --labels TABLE"),
      ("groups.h5", "slide0/features", "where each group is a bag"),
      ("records.h5", "array X: found records of several fields", "an array a field"),
      ("links.h5", "array X: found a soft link", "a hard link"),
      ("lzf.h5", "array X: found the filter lzf", "compression='gzip'"),
      ("octave.h5", "Octave's HDF5", "save('-v7'"),
      ("pandas.h5", "a table of pandas (HDFStore)", "pandas.read_hdf(FILE).to_csv"),
      ("headerless.h5", "arrays of MATLAB (MATLAB_class)", "saves with -v7.3"),
      ("string-7.mat", "variable bag: found string array, which cellstr makes", "numbers or text"),
      ("categorical-7.mat", "variable bag: found categorical array, which cellstr makes", "numbers or text"),
      ("other-7.mat", "variable bag: found value of class FileWrapper__", "numbers or text"),
      ("complex-7.mat", "variable X: found complex 17 x 3", "(instances, features)"),
      ("loop-7.mat", "cells or structs in each other", "a file of MATLAB"),
      ("nowhere-7.mat", "variable bag{1}: found a reference that leads nowhere", "MATLAB 7.3"),
      ("sparse-wrong-7.mat", "variable X: found row numbers and column starts that disagree", "17 rows"),
    ])
  func refused(name: String, found: String, wayOut: String) throws {
    let line = try failure(name)
    #expect(line.contains(found) && line.contains(wayOut), "\(line)")
    #expect(!line.contains("\n"))
  }

  @Test(
    "A file that is cut off is refused in one line", arguments: ["plain-7.mat", "plain.h5", "texts.h5", "cells-7.mat"])
  func truncated(name: String) throws {
    let bytes = try Fixture.bytes("hdf5-bags/" + name)
    for count in stride(from: 0, to: bytes.count, by: 97) {
      try Fixture.withFile(Array(bytes.prefix(count)), named: name) { file in
        let error = try #require(#expect(throws: ReadError.self) { try BagReader.read(file) }).description
        #expect(!error.contains("\n"))
      }
    }
  }

  @Test("References to texts beyond a heap, and heaps beyond the file, are nothing")
  func heaps() {
    // A heap at 8, of 64 bytes, with the object 1 of 3 bytes.
    var bytes =
      [UInt8](repeating: 0, count: 8) + Array("GCOL".utf8) + [1, 0, 0, 0, 64] + [UInt8](repeating: 0, count: 7)
    bytes += [1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0] + Array("abc".utf8) + [UInt8](repeating: 0, count: 29)
    func text(length: UInt8, address: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0], index: UInt8 = 1) -> [UInt8]? {
      var heaps = HDF5Heaps(bytes, base: 0)
      return heaps.text([length, 0, 0, 0] + address + [index, 0, 0, 0]).map(Array.init)
    }
    #expect(text(length: 3) == Array("abc".utf8) && text(length: 2) == Array("ab".utf8))
    #expect(text(length: 0, index: 9) == [])
    #expect(text(length: 4) == nil && text(length: 3, index: 2) == nil)
    #expect(text(length: 3, address: [9, 0, 0, 0, 0, 0, 0, 0]) == nil)
    #expect(text(length: 3, address: [UInt8](repeating: 255, count: 8)) == nil)
  }
}

#if HDF5
  private let hasHDF5 = true
#else
  private let hasHDF5 = false
#endif
