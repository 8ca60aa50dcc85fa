import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

/// In the fixtures, feature 0 is the bag's number in the order of first appearance, and feature 1 is the instance's
/// number.
@Suite("Roles, ids and shapes of arrays")
struct ArrayBagsTests: ArrayFixtureReading {
  /// Returns the names of the positive bags.
  private func positives(_ loaded: LoadedDataset) -> [String] {
    zip(loaded.dataset.bagNames, loaded.dataset.labels).filter { $1 == 1 }.map(\.0)
  }

  @Test(
    "64-bit ids that differ in their last digit are different bags",
    arguments: ["int64.npz", "int64.mat", "table-int64.npy"])
  func exactIds(name: String) throws {
    let dataset = try load(name).dataset
    #expect(
      dataset.bagNames
        == ["4611686018427387905", "4611686018427387906", "4611686018427387907", "1152921504606846977", "7"])
    #expect(dataset.offsets == [0, 2, 4, 6, 8, 10])
    #expect(dataset.labels == [1, 1, 0, 0, 0])
    #expect((0..<10).map { dataset.instances.row($0)[0] } == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
  }

  @Test("Unsigned ids beyond the signed ones are exact too", arguments: ["uint64.npz", "uint64.mat"])
  func unsignedIds(name: String) throws {
    #expect(try load(name).dataset.bagNames.first == "13835058055282163713")
    #expect(try load(name).dataset.bagCount == 5)
  }

  @Test(
    "Ids in floating point that can stand for two are refused with the way out",
    arguments: ["double-ids.npz", "double-ids.mat", "table-double.npy", "table-single.npy"])
  func inexactIds(name: String) throws {
    let line = try failure(name)
    #expect(line.contains("bag number"), "\(line)")
    #expect(line.contains("int64") && line.contains("text"), "\(line)")
  }

  @Test(
    "Bytes that are no UTF-8 are refused, or read as the encoding says", arguments: ["latin1.npz", "latin1-labels.npz"])
  func encodings(name: String) throws {
    #expect(try failure(name).contains("which is no UTF-8, expected text in UTF-8; --encoding latin-1"))
    let loaded = try load(name) { $0.encoding = .latin1 }
    #expect(loaded.dataset.bagCount == 3)
    #expect(loaded.dataset.reading?.decisions.contains { $0.subject == .encoding } == true)
    if name == "latin1.npz" { #expect(loaded.dataset.bagNames == ["caf\u{e9}", "caf\u{e8}", "th\u{e9}"]) }
    #expect(try load("utf8-bytes.npz").dataset.bagNames == ["caf\u{e9}", "caf\u{e8}", "th\u{e9}"])
    #expect(try failure("surrogate.npz").contains("U+D800, which is no character"))
  }

  @Test("Labels with one entry a bag go to the bags as they first appear, and that is said")
  func appearance() throws {
    let natural = try load("natural.npz")
    #expect(positives(natural) == ["s1", "s2", "s3", "s4"])
    #expect(natural.dataset.reading?.decisions.contains { $0.subject == .bags && $0.option == "--bag-order" } == true)
    #expect(positives(try load("alphabetical.npz")) == ["s1", "s10", "s11", "s12"])
    let rows = try load("mixed-rows.npz")
    #expect(positives(rows) == ["b"])
    #expect(rows.dataset.reading?.decisions.contains { $0.option == "--bag-order" } == false)
    #expect(positives(try load("mixed-listed.npz")) == ["c"])
  }

  @Test(
    "Ids with numbers in text have two ascending orders, which are said", arguments: ["natural.npz", "natural.mat"])
  func twoOrders(name: String) throws {
    let (characters, numbers) = (["s1", "s10", "s11", "s12"], ["s1", "s2", "s3", "s4"])
    let sorted = try load(name) { $0.bagOrder = .sorted }
    // Labels go to other bags, whose order in the data set stays.
    #expect(Set(positives(sorted)) == Set(characters))
    #expect(
      sorted.lines.contains {
        $0.contains("(s1, s10, s11, ...)") && $0.contains("natural is by their numbers (s1, s2, s3")
      },
      "\(sorted.lines)")
    let natural = try load(name) { $0.bagOrder = .natural }
    #expect(positives(natural) == numbers)
    #expect(natural.lines.contains { $0.contains("(s1, s2, s3, ...)") && $0.contains("as numpy.unique sorts") })
    let appearing = try load(name)
    #expect(positives(appearing) == numbers)
    #expect(
      appearing.lines.contains { $0.contains("lists in the order of numpy.unique need sorted (s1, s10, s11, ...)") },
      "\(appearing.lines)")
    // Numbers have one order.
    let one = try load("descending.npz") { $0.bagOrder = .natural }
    #expect(positives(one) == positives(try load("descending.npz") { $0.bagOrder = .sorted }))
  }

  @Test("Cells of bags in a file called x.mat are no part of three files")
  func cellsInX() throws {
    let line = try failure("x.mat")
    #expect(line.contains("found 11 labels, expected 12, one for each bag of the cells data"), "\(line)")
  }

  @Test(
    "Ids with another order of their own need the option",
    arguments: [
      ("mixed.npz", "b", "a"), ("mixed.mat", "b", "a"), ("descending.npz", "10", "2"), ("descending.mat", "10", "2"),
      ("descending-groups.npz", "10", "10"),
    ])
  func otherOrder(name: String, appearing: String, sorted: String) throws {
    let line = try failure(name)
    #expect(line.contains("ids that do not ascend") && line.contains("--bag-order appearance"), "\(line)")
    let first = try load(name) { $0.bagOrder = .appearance }
    let ascending = try load(name) { $0.bagOrder = .sorted }
    #expect(positives(first) == [appearing] && positives(ascending) == [sorted])
    #expect(first.dataset.bagNames == ascending.dataset.bagNames)
    if let groups = ascending.dataset.groups {
      #expect(first.dataset.groups == ["p", "q", "r"] && groups == ["q", "p", "r"])
    }
  }

  @Test(
    "An array of bags x instances x features is read as bags",
    arguments: ["cube.npz", "cube-ids.npz", "cube.mat"])
  func cubes(name: String) throws {
    let dataset = try load(name).dataset
    #expect(dataset.offsets == [0, 4, 8, 12] && dataset.labels == [1, 0, 1] && dataset.featureCount == 3)
    #expect(dataset.bagNames == (name == "cube-ids.npz" ? ["7", "5", "6"] : ["1", "2", "3"]))
    #expect(Array(dataset.instances.row(6)) == [1, 2, 8])
  }

  @Test(
    "Padding without sizes is refused with the way out",
    arguments: [
      "cube-padded.npz", "cube-nan.npz", "cube-minus.npz", "cube-padded.mat", "cube-repeated.npz", "cube-shared.npz",
      "cube-leading.npz", "cube-cycled.npz",
    ])
  func padding(name: String) throws {
    let line = try failure(name)
    #expect(line.contains("looks like padding") && line.contains("sizes") && line.contains("mask"), "\(line)")
  }

  @Test("Sizes are refused where padding stands in front")
  func paddingInFront() throws {
    let line = try failure("cube-front-sizes.npz")
    #expect(line.contains("size 3 of bag 2") && line.contains("padding behind") && line.contains("mask"), "\(line)")
  }

  @Test(
    "Sizes and masks say what is padding",
    arguments: [("cube-sizes.npz", [4, 3, 4]), ("cube-sizes.mat", [4, 3, 4]), ("cube-mask.npz", [4, 4, 2])])
  func sizes(name: String, sizes: [Int]) throws {
    let dataset = try load(name).dataset
    #expect(zip(dataset.offsets, dataset.offsets.dropFirst()).map { $1 - $0 } == sizes)
    #expect(Array(dataset.instances.row(dataset.offsets[2])) == [2, 0, 6])
    if name == "cube-mask.npz" { #expect(dataset.instanceLabels == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]) }
    #expect(try load("lengths.npz").dataset.offsets == [0, 3, 4, 6])
  }

  @Test("Ids beside sizes name the bags, one a bag or one an instance, and must agree with them")
  func sizesAndIds() throws {
    for name in ["lengths-ids.npz", "lengths-names.npz"] {
      let dataset = try load(name).dataset
      #expect(dataset.bagNames == ["u", "v", "w"] && dataset.offsets == [0, 3, 4, 6])
    }
    #expect(try failure("lengths-contrary.npz").contains("other bags than array lengths says"))
  }

  @Test("With repeated ids further dimensions are laid side by side, and that is said")
  func patches() throws {
    let loaded = try load("patches.npz")
    #expect(loaded.dataset.featureCount == 6 && loaded.dataset.bagCount == 3)
    #expect(loaded.lines.contains { $0.contains("2 x 3, laid side by side") })
  }

  @Test(
    "A fourth dimension may be of instances or within one; sizes of bags settle it, and what an instance is is said")
  func fourDimensions() throws {
    let line = try failure("cube-4d.npz")
    #expect(line.contains("shape 3 x 4 x 2 x 2") && line.contains("X.reshape(3, 4, -1)"), "\(line)")
    let loaded = try load("cube-4d-sizes.npz")
    #expect(loaded.dataset.offsets == [0, 4, 7, 11] && loaded.dataset.featureCount == 4)
    #expect(loaded.dataset.instances.row(4) == [16, 17, 18, 19])
    #expect(loaded.lines.contains { $0.contains("an instance is the 4 numbers of 2 x 2, laid side by side") })
  }

  @Test(
    "Arrays that do not fit say what would",
    arguments: [
      ("transposed.npz", "array X transposed has as many rows"), ("unnamed.npz", "arrays get names by numpy.savez"),
      ("features.npy", "numpy.savez('bags.npz', X=features, bag=bag, y=labels)"),
      ("padded-flat.npz", "3 rows that hold 0 throughout"),
    ])
  func waysOut(name: String, words: String) throws {
    let line = try failure(name)
    #expect(line.contains(words), "\(line)")
  }

  @Test(
    "Every array is used or named as left out, and the kept columns give the same reading",
    arguments: ["roles.npz", "roles.mat"])
  func roles(name: String) throws {
    let loaded = try load(name)
    let dataset = loaded.dataset
    #expect(dataset.labels == [1, 0, 0])
    #expect(dataset.instanceLabels == [1, nil, 0, 0, 0, 0])
    #expect(dataset.bagNames == (name == "roles.npz" ? ["a", "b", "c"] : ["s1", "s2", "s10"]))
    #expect(dataset.groups == (name == "roles.npz" ? ["p", "p", "q"] : ["p", "pq", "q"]))
    #expect(dataset.places?.map(\.y) == [10, 30, 50, 70, 90, 110])
    let said = loaded.lines.joined(separator: "\n")
    let variables = ["coords", "patient", "site", "fold", "instance_labels"]
    for array in variables + (name == "roles.npz" ? ["across", "down", "meta", "names"] : []) {
      #expect(said.contains("\"\(array)\""), "\(array) in \(said)")
    }
    let options = try #require(dataset.reading?.options)
    #expect(options.columns.bag == "name:bag" && options.columns.group == "name:patient")
    #expect(try BagReader.read(Fixture.url("arrays/" + name), options: options).dataset.groups == dataset.groups)
  }

  @Test("The options of columns name arrays", arguments: ["roles.npz", "roles.mat"])
  func namedArrays(name: String) throws {
    let dataset = try load(name) {
      $0.columns.group = "site"
      $0.columns.folds = ["fold"]
      $0.columns.ignored = ["coords", "instance_labels"]
    }.dataset
    #expect(dataset.groups == ["u", "v", "v"] && dataset.foldNames == [["1", "2", "1"]])
    #expect(dataset.places == nil && dataset.instanceLabels == nil)
    #expect(try failure(name) { $0.columns.group = "sites" }.contains("did you mean \"site\"?"))
    #expect(
      try failure(name) {
        $0.columns.group = "bag"; $0.columns.bag = "bag"
      }.contains("given for two things"))
    #expect(try load(name) { ($0.columns.group, $0.columns.areRemembered) = ("name:none", true) }.dataset.groups != nil)
    if name == "roles.npz" {
      let other = try load(name) {
        ($0.columns.label, $0.columns.coordinates) = ("truth", ["down", "across"])
        $0.columns.ignored = ["instance_labels"]
      }.dataset
      #expect(other.labels == [0, 1, 1] && other.places?.first.map { [$0.x, $0.y] } == [10, 0])
    }
  }

  @Test("Labels may be text, derived from those of instances, or missing")
  func labels() throws {
    #expect(try load("char.mat").dataset.labels == [1, 0, 0])
    #expect(try load("char.mat").dataset.bagNames == ["s1", "s2", "t3"])
    #expect(try load("derived.npz").dataset.labels == [1, 0, 0])
    #expect(try load("derived.npz").lines.contains { $0.contains("derived from those of instances") })
    #expect(try failure("unlabelled.npz").contains("--no-labels"))
    #expect(try load("unlabelled.npz") { $0.columns.hasLabels = false }.dataset.labels == [0, 0, 0])
    let line = try failure("rivals.npz")
    #expect(line.contains("\"label\", \"y\"") && line.contains("--label-column"), "\(line)")
    #expect(try load("rivals.npz") { $0.columns.label = "y" }.dataset.labels == [0, 1, 1])
  }

  @Test("Cells of bags take labels, groups and names from the variables beside them")
  func cells() throws {
    let loaded = try load("cells.mat")
    #expect(loaded.format == .cellOfBags)
    #expect(loaded.dataset.labels == [1, 0, 0] && loaded.classNames == ["no", "yes"])
    #expect(loaded.dataset.groups == ["p", "p", "q"] && loaded.dataset.bagNames == ["u", "v", "w"])
    #expect(loaded.dataset.offsets == [0, 2, 4, 6])
  }

  @Test("The columns of a single array can be named by their positions")
  func tableColumns() throws {
    let dataset = try load("table-int64.npy") {
      ($0.columns.label, $0.columns.bag, $0.columns.ignored) = ("#1", "#2", ["#3"])
    }.dataset
    #expect(dataset.featureCount == 1 && dataset.bagCount == 5)
    #expect(try failure("table-int64.npy") { $0.columns.bag = "#9" }.contains("position from 1 to 4"))
  }

  private static let refusals = [
    ("bag-an-array.npz", "bag_1 and so on are a bag each"), ("one-array.npz", "X=a[:, 2:]"),
    ("structured.npz", "y=a['label']"), ("ids-fractional.npz", "by array.astype(str)"),
    ("ids-dates.npz", "array.astype(str) ids"),
    ("cube-instance-ids.npz", "expected 3, one for each entry of the first axis; array X of one row an instance is X"),
    ("label-missing.npz", "array y, entry 3: found \"nan\""),
    ("cells-label-missing.mat", "variable labels, entry 3: found \"nan\""),
    ("cells-fewer-labels.mat", "variable labels: found 2 labels, expected 3, one for each bag of the cells bags"),
    ("cells-two.mat", "bags = [pos(:); neg(:)]"), ("cells-transposed.mat", "cellfun(@transpose, bags"),
    ("cells-empty.mat", "keep = ~cellfun(@isempty, bags)"),
  ]

  @Test("Arrays that no reading takes are refused, each with its way out", arguments: refusals)
  func refused(name: String, part: String) throws {
    let line = try failure(name)
    #expect(line.contains(part), "\(line)")
  }

  @Test("A mask the other way round, names with one misspelt and missing ids are refused")
  func contradictions() throws {
    let mask = try failure("cube-key-padding-mask.npz")
    #expect(mask.contains("array mask: found 1 only for instances of one number throughout"), "\(mask)")
    let names = try failure("names-misspelt.npz")
    #expect(names.contains("2 of 3 entries that are ids of the file, and \"zz\", which is none"), "\(names)")
    #expect(try load("names-misspelt.npz") { $0.columns.ignored = ["bag_names"] }.dataset.bagNames == ["a", "b", "c"])
    let ids = try failure("ids-missing.npz")
    #expect(ids.contains("array bag, instance 3: found \"nan\""), "\(ids)")
  }
}
