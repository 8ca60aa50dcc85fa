import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

/// The fixtures have four features, of which the third is a copy of the label and in most of them contains a NaN.
@Suite("Features without a column of their own")
struct NumberedFeatureTests {
  private func load(_ name: String, _ ignored: String..., change: (inout ReadOptions) -> Void = { _ in }) throws
    -> LoadedDataset
  {
    var options = ReadOptions(columns: CSVColumns(ignored: ignored))
    change(&options)
    return try BagReader.read(Fixture.url("arrays/" + name), options: options)
  }

  private static let files = [
    ("numbered-nan.npz", "X:3"), ("numbered-cube.npz", "X:3"), ("numbered.mat", "X:3"), ("numbered-cube.mat", "X:3"),
    ("numbered-cells.mat", "data:3"), ("numbered-prtools.mat", "data:3"), ("numbered.npy", "#5"),
  ]

  @Test(
    "A feature of an array is left out by the array's name and its number, missing values and all", arguments: files)
  func leftOut(name: String, feature: String) throws {
    #expect(throws: ReadError.self) { try load(name) }
    let dataset = try load(name, feature).dataset
    #expect(dataset.featureCount == 3 && dataset.bagCount == 5)
    #expect((0..<3).map { dataset.instances[3, $0] } == [5, 7, 14])
    let line = try #require(#expect(throws: ReadError.self) { try load(name, String(feature.dropLast()) + "9") })
    #expect("\(line)".contains(name), "\(line)")
  }

  @Test("A feature of the model that arrays with names lack is called by its name, as in tables")
  func missing() throws {
    for (name, own) in [
      ("numbered-named.npz", "q"), ("numbered-bookkeeping.npz", "tile_id"), ("numbered-places.npz", "x"),
    ] {
      func known(_ features: [String]) throws -> LoadedDataset {
        try load(name) { ($0.columns.features, $0.columns.areRemembered) = (features, true) }
      }
      let line = try #require(#expect(throws: ReadError.self) { try known([own, "zz"]) }).description
      #expect(line.contains("no feature \"zz\" among") && line.contains("the 2 features that the model"), "\(line)")
      #expect(try known(["s", own]).dataset.featureNames == [own, "s"])
    }
    var options = ReadOptions.automatic
    (options.columns.features, options.columns.areRemembered) = (["f", "zz"], true)
    let table = Array("bag,label,f\na,1,2\nb,0,3\n".utf8)
    let line = #expect(throws: ReadError.self) {
      try Fixture.withFile(table) { try BagReader.read($0, options: options) }
    }
    #expect(line?.description.contains("no column \"zz\"") == true)
  }

  @Test("What a note calls a feature is what leaves it out")
  func notes() throws {
    for name in ["numbered.npz", "numbered-other.npz", "numbered-named.npz"] {
      let note = try #require(load(name).lines.first { $0.contains("says the label of each bag") })
      let feature = try #require(note.split(separator: " ").dropFirst(2).first).description
      #expect(["X:3", "features:3", "r"].contains(feature) && note.contains("--ignore-column"))
      let rest = try load(name, feature)
      #expect(rest.dataset.featureCount == 3 && !rest.lines.contains { $0.contains("says the label") })
      #expect(rest.lines.contains { $0.hasPrefix("left out: feature \(feature)") }, "\(rest.lines)")
    }
    for text in [
      "1,1,3,1\n1,1,5,1\n0,2,8,0\n1,3,2,1\n0,4,9,0\n",
      "0:1:1 1:3 2:1\n1:1:1 1:5 2:1\n2:2:0 1:8\n3:3:1 1:2 2:1\n4:4:0 1:9\n",
    ] {
      try Fixture.withFile(Array(text.utf8)) { file in
        let note = try #require(BagReader.read(file).lines.first { $0.contains("says the label of each bag") })
        let feature = text.contains(":") ? "#2" : "#4"
        #expect(note.hasPrefix("columns: feature \(feature) "), "\(note)")
        let rest = try BagReader.read(file, options: ReadOptions(columns: CSVColumns(ignored: [feature])))
        #expect(rest.dataset.featureCount == 1 && rest.dataset.bagCount == 4)
      }
    }
  }

  @Test("Features whose names are those of bookkeeping, folds or places are left out, unless they are kept")
  func bookkeeping() throws {
    let plain = try load("numbered-bookkeeping.npz")
    #expect(plain.dataset.featureNames == ["q", "s"])
    #expect(plain.lines.contains { $0.contains("tile_id, fold_1") && $0.contains("--keep-column") }, "\(plain.lines)")
    let kept = try load("numbered-bookkeeping.npz") { $0.columns.kept = ["fold_1"] }
    #expect(kept.dataset.featureNames == ["q", "fold_1", "s"])
    let runs = try load("numbered-runs.npz")
    #expect(runs.dataset.featureNames == ["s"])
    #expect(runs.lines.contains { $0.contains("run, left, top") && $0.contains("--keep-column") }, "\(runs.lines)")
    #expect(try load("numbered-places.npz").dataset.featureNames == ["r", "s"])
    #expect(throws: ReadError.self) { try load("numbered-bookkeeping.npz") { $0.columns.kept = ["nosuch"] } }
    #expect(throws: ReadError.self) { try load("numbered.npz") { $0.columns.kept = ["X"] } }
    // A kept model that was trained on such a feature finds it again.
    let options = try #require(kept.dataset.reading).options.remembered(features: kept.dataset.featureNames)
    let again = try BagReader.read(Fixture.url("arrays/numbered-bookkeeping.npz"), options: options).dataset
    #expect(again.instances == kept.dataset.instances)
  }

  @Test("A file that lacks the feature that a kept model leaves out is refused")
  func alreadyWithout() throws {
    let known = try load("numbered.npz", "X:4").dataset
    let options = try #require(known.reading).options.remembered(features: nil)
    let error = #expect(throws: ReadError.self) {
      try BagReader.read(Fixture.url("arrays/numbered-three.npz"), options: options)
    }
    #expect(error?.description.contains("3 features, and no \"X:4\", which was left out") == true)
  }

  @Test("A kept model leaves the feature out by its place, whatever the array is called, or by its name")
  func remembered() throws {
    for (training, feature, tests) in [
      ("numbered.npz", "X:3", ["numbered-other.npz", "numbered-nan.npz", "numbered-cube.npz", "numbered.mat"]),
      ("numbered-named.npz", "r", ["numbered-named.npz"]), ("numbered-named.npz", "X:3", ["numbered-named.npz"]),
    ] {
      let known = try load(training, feature).dataset
      let options = try #require(known.reading).options.remembered(features: known.featureNames)
      for test in tests {
        let dataset = try BagReader.read(Fixture.url("arrays/" + test), options: options).dataset
        #expect(dataset.instances == known.instances, "\(test)")
      }
    }
  }

  @Test("A feature that is not there is refused with those that are")
  func unknown() throws {
    let line = try #require(#expect(throws: ReadError.self) { try load("numbered.npz", "X:5") }).description
    #expect(line.contains("no feature \"X:5\", expected one from X:1 to X:4"), "\(line)")
    #expect(throws: ReadError.self) { try load("numbered.npz", "Z:2") }
    #expect(throws: ReadError.self) { try load("numbered.npz", "nosuch") }
    let all = #expect(throws: ReadError.self) { try load("numbered.npz", "X:1", "X:2", "X:3", "X:4") }
    #expect(all?.description.contains("no feature left") == true)
  }

  @Test("Options that a layout has no use for are refused, naming layouts that have")
  func unused() throws {
    let changes: [(String, String, (inout ReadOptions) -> Void)] = [
      ("numbered.npz", "--header", { $0.hasHeader = true }),
      ("numbered.npz", "--feature-count", { $0.featureCount = 4 }),
      ("numbered.npz", "--decimal", { $0.decimalMark = .point }), ("int64.mat", "--header", { $0.hasHeader = false }),
      ("numbered.npz", "--positive-instance", { $0.positiveInstance = "1" }),
      ("numbered.npz", "--negative-instance", { $0.negativeInstance = "-1" }),
    ]
    for (name, option, change) in changes {
      let line = try #require(#expect(throws: ReadError.self) { try load(name, change: change) }).description
      #expect(line.contains(option) && line.contains(name), "\(line)")
    }
    let csv = "bag,label,f\na,1,2\nb,0,3\n"
    let arff = "@relation r\n@attribute bag string\n@attribute f real\n@attribute class {0,1}\n@data\na,1,1\nb,2,0\n"
    let sparse = "0:a:1 1:2\n1:b:0 1:3\n"
    let texts: [(String, String, (inout ReadOptions) -> Void)] = [
      (csv, "--feature-count", { $0.featureCount = 4 }), (csv, "--bag-order", { $0.bagOrder = .sorted }),
      (csv, "--positive-instance", { $0.positiveInstance = "1" }), (arff, "--header", { $0.hasHeader = true }),
      (arff, "--decimal", { $0.decimalMark = .comma }), (sparse, "--bag-column", { $0.columns.bag = "1" }),
      (sparse, "--header", { $0.hasHeader = false }), (sparse, "--positive-instance", { $0.positiveInstance = "1" }),
    ]
    for (text, option, change) in texts {
      var options = ReadOptions.automatic
      change(&options)
      try Fixture.withFile(Array(text.utf8)) { file in
        let line = try #require(#expect(throws: ReadError.self) { try BagReader.read(file, options: options) })
          .description
        #expect(line.contains(option), "\(line)")
        // A model's options for another file may not apply here.
        var kept = ReadOptions.automatic.filled(from: options)
        kept.columns.areRemembered = true
        kept.hasHeader = nil
        if option != "--bag-column" { #expect(try BagReader.read(file, options: kept).dataset.bagCount == 2) }
      }
    }
    let said = try load("natural.npz") { $0.bagOrder = .appearance }
    #expect(said.lines.contains { $0.contains("as was asked for") })
    #expect(
      try load("mixed-rows.npz") { $0.bagOrder = .sorted }.lines.contains { $0.contains("--bag-order changes nothing") }
    )
  }
}
