import Foundation
import LinearAlgebra
import Subprocesses
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Columns of a file of text a bag")
struct TextColumnsTests {
  /// Loads eight bags of three instances, every second one positive; a file has a header and one line for each
  /// instance.
  private func load(
    _ header: (Int) -> String, _ row: (Int, Int) -> String, _ set: (inout ReadOptions) -> Void = { _ in }
  ) throws -> LoadedDataset {
    try TemporaryFolder.use { place in
      let folder = place.appending(path: "f")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for bag in 0..<8 {
        let text = header(bag) + (0..<3).map { row(bag, $0) + "\n" }.joined()
        try Data(text.utf8).write(to: folder.appending(path: "s\(bag + 1).csv"))
      }
      let labels = "slide_id,label\n" + (0..<8).map { "s\($0 + 1),\($0 % 2)\n" }.joined()
      try Data(labels.utf8).write(to: place.appending(path: "l.csv"))
      var options = ReadOptions.automatic
      options.labels = place.appending(path: "l.csv").path
      set(&options)
      return try DatasetStore(catalogue: .shipped()).load(folder.path, options: options)
    }
  }

  private func complaint(
    _ header: (Int) -> String, _ row: (Int, Int) -> String, _ set: (inout ReadOptions) -> Void = { _ in }
  ) -> String {
    do {
      _ = try load(header, row, set)
      return "nothing"
    } catch { return "\(error)" }
  }

  /// Returns the two features of an instance: bag + instance + 0.5, and 10 bag - instance - 0.5.
  private func values(_ bag: Int, _ instance: Int) -> (Double, Double) {
    (Double(bag + instance) + 0.5, Double(10 * bag - instance) - 0.5)
  }

  @Test("Columns are matched by name in files of either order, and give features their names")
  func order() throws {
    let straight = try load({ _ in "f1,f2\n" }) { bag, row in "\(values(bag, row).0),\(values(bag, row).1)" }.dataset
    let turned = try load({ $0 < 4 ? "f1,f2\n" : "f2,f1\n" }) { bag, row in
      let (one, two) = values(bag, row)
      return bag < 4 ? "\(one),\(two)" : "\(two),\(one)"
    }
    #expect(try turned.dataset.matrix() == straight.matrix())
    #expect(turned.dataset.featureNames == ["f1", "f2"])
    #expect(turned.lines.contains { $0.contains("4 files have their columns in another order") })
    #expect(complaint({ $0 == 3 ? "f1,g2\n" : "f1,f2\n" }, { _, _ in "1.5,2.5" }).contains("s4.csv"))
    #expect(complaint({ $0 == 3 ? "" : "f1,f2\n" }, { _, _ in "1.5,2.5" }).contains("found no header"))
    // A model of f1 and f2 finds them in any order and among other columns.
    let others = try load({ _ in "f2,more,f1\n" }, { bag, row in "\(values(bag, row).1),7,\(values(bag, row).0)" }) {
      $0.columns.features = ["f1", "f2"]
      $0.columns.areRemembered = true
    }.dataset
    #expect(try others.matching(featuresOf: straight).bags.matrix() == straight.matrix())
  }

  @Test("A column of the label is refused, first or last, with a name or without")
  func leak() {
    for (header, isFirst) in [("label,f1,f2\n", true), ("f1,f2,label\n", false), ("", true), ("a,f1,f2\n", true)] {
      let line = complaint({ _ in header }) { bag, row in
        let (one, two) = values(bag, row)
        return isFirst ? "\(bag % 2),\(one),\(two)" : "\(one),\(two),\(bag % 2)"
      }
      #expect(line.contains("label") && line.contains("--ignore-column"), "\(line)")
    }
  }

  @Test(
    "Bookkeeping is left out and said, places are places",
    arguments: [",f1,f2", "index,f1,f2", "fold,f1,f2", "slide_id,f1,f2", "tile,f1,f2"])
  func bookkeeping(header: String) throws {
    let loaded = try load({ _ in header + "\n" }) { bag, row in
      "\(header.hasPrefix("tile") ? "t\(row).png" : String(row)),\(values(bag, row).0),\(values(bag, row).1)"
    }
    #expect(loaded.dataset.featureNames == ["f1", "f2"])
    #expect(loaded.lines.contains { $0.hasPrefix("left out") && $0.contains("whose name is") }, "\(loaded.lines)")
  }

  @Test("Places and columns to be ignored are told by name")
  func places() throws {
    let row = { (bag: Int, row: Int) in "\(256 * row),\(512 * bag),\(row).5,-\(bag).5" }
    let plain = try load({ _ in "x,y,f1,f2\n" }, row).dataset
    let asked = try load({ _ in "a,b,f1,f2\n" }, row) { $0.columns.coordinates = ["a", "b"] }.dataset
    for bags in [plain, asked] {
      #expect(bags.featureNames == ["f1", "f2"])
      #expect(bags.places?[4] == InstancePlace(x: 256, y: 512))
    }
    let ignored = try load({ _ in "a,b,f1,f2\n" }, row) { $0.columns.ignored = ["a"] }.dataset
    #expect(ignored.featureNames == ["b", "f1", "f2"])
  }

  @Test("A line that counts one or two columns in every file is a header where fractions follow")
  func counted() throws {
    for (header, row) in [("0,1\n", "1.5,2.5"), ("0\n", "1.5")] {
      #expect(try load({ _ in header }, { _, _ in row }).dataset.instanceCount == 24)
    }
    #expect(complaint({ _ in "0,1\n" }, { bag, row in "\(bag),\(row)" }).contains("--header"))
    let kept = try load({ _ in "0,1\n" }, { bag, row in "\(bag),\(row)" }) { $0.hasHeader = false }
    #expect(kept.dataset.instanceCount == 32)
    let dropped = try load({ _ in "0,1\n" }, { bag, row in "\(bag),\(row)" }) { $0.hasHeader = true }
    #expect(dropped.dataset.instanceCount == 24)
  }

  @Test("Files without a line or below the header are left out and named; decimal commas are read")
  func empty() throws {
    try TemporaryFolder.use { place in
      let folder = place.appending(path: "f")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (name, text) in [("a", ""), ("b", "f1;f2\n"), ("c", "f1;f2\n1,5;2,25\n"), ("d", "f1;f2\n3,5;4,25\n")] {
        try Data(text.utf8).write(to: folder.appending(path: name + ".csv"))
      }
      try Data("slide,label\na,0\nb,1\nc,0\nd,1\n".utf8).write(to: place.appending(path: "l.csv"))
      var options = ReadOptions.automatic
      options.labels = place.appending(path: "l.csv").path
      let loaded = try DatasetStore(catalogue: .shipped()).load(folder.path, options: options)
      #expect(loaded.dataset.bagNames == ["c", "d"])
      #expect(try loaded.dataset.matrix().elements == [1.5, 2.25, 3.5, 4.25])
      #expect(loaded.lines.contains { $0.contains("2 files hold no instance: a, b") }, "\(loaded.lines)")
    }
  }
}

@Suite("Features of a held-out cohort")
struct HeldOutFeatureTests {
  private func bags(_ name: String, _ features: [String], _ prefix: String = "s") throws -> BagDataset {
    let known: [String: Float] = ["f1": 1, "f2": 20, "f3": 300, "x9": 9]
    let rows: [Float] = (0..<4).flatMap { bag in features.map { (known[$0] ?? 0) + Float(bag) } }
    return try BagDataset(
      name: name, instances: Matrix<Float>(rows: 4, columns: features.count, elements: rows), offsets: Array(0...4),
      labels: [0, 1, 0, 1], bagNames: (0..<4).map { "\(prefix)\($0)" }, featureNames: features)
  }

  @Test("They are matched by name; missing ones are an error, others are left out and said")
  func names() throws {
    let first = try bags("first", ["f1", "f2", "f3"])
    let held = try HeldOutCohort(fitting: first, testing: bags("second", ["f3", "x9", "f2", "f1"], "n"))
    #expect(try held.dataset.instances(ofBags: [4, 5]) == first.instances(ofBags: [0, 1]))
    let notes = held.folds.notes.joined(separator: "\n")
    #expect(notes.contains("\"x9\" of second are left out") && notes.contains("matched by name"), "\(notes)")
    #expect(
      notes.contains("4 of the 4 bags of second have the instances of bags that are fitted on, as n0 those of s0"))
    #expect {
      try HeldOutCohort(fitting: first, testing: bags("second", ["f1", "f2", "x9"], "n"))
    } throws: {
      "\($0)".contains("no feature \"f3\"")
    }
  }
}
