import Foundation
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Columns that compete for a role")
struct RivalColumnTests {
  private func load(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  /// Returns the same four instances as a table and as declared text.
  private func texts(_ first: String, _ second: String) -> [String] {
    let rows = "s1,1,.5,0\ns1,1,.25,0\ns2,0,.75,1\ns3,1,.5,1\n"
    let declared =
      "@relation r\n@attribute bag string\n@attribute \(first) {0,1}\n@attribute f numeric\n"
      + "@attribute \(second) {0,1}\n@data\n"
    return ["bag,\(first),f,\(second)\n" + rows, declared + rows]
  }

  @Test(
    "Two columns that may be the label are refused with the option, in tables and declared text",
    arguments: [("label1", "label2"), ("diagnosis", "outcome"), ("class", "grade"), ("outcome", "target")])
  func twoLabels(first: String, second: String) throws {
    for text in texts(first, second) {
      let line = try Fixture.failure(reading: text)
      #expect(line.contains("--label-column"), "\(line)")
      for (name, labels) in [(first, [1, 0, 1]), (second, [0, 1, 1])] {
        let loaded = try load(text) { $0.columns.label = name }
        #expect(loaded.dataset.labels == labels && loaded.dataset.featureNames == ["f"], "\(loaded.lines)")
        #expect(loaded.lines.contains { $0.hasPrefix("left out: ") && $0.contains("--label-column") })
      }
    }
  }

  @Test(
    "A diagnosis or a weight beside the label is no feature, and that is said",
    arguments: ["diagnosis", "Grade", "stage", "weight", "sample_weight", "instance_weights", "ClassWeight"])
  func besides(name: String) throws {
    for text in texts("label", name) {
      let loaded = try load(text)
      #expect(loaded.dataset.featureNames == ["f"] && loaded.dataset.labels == [1, 0, 1])
      #expect(loaded.lines.contains { $0.hasPrefix("left out: ") && $0.contains("\"\(name)\"") })
      #expect(try load(text) { $0.columns.kept = [name] }.dataset.featureCount == 2)
    }
  }

  @Test("Two columns of groups are told with names of groups")
  func groups() throws {
    let line = try Fixture.failure(reading: "bag,label,patient,subject,f\na,1,p,q,2\nb,0,r,s,3\n")
    #expect(line.contains("2 group columns") && line.contains("--group-column NAME"), "\(line)")
    #expect(!line.contains("bag_label"), "\(line)")
  }

  @Test(
    "Names of programs for folds, places and sources are left out",
    arguments: [
      "foldid", "FoldNo", "is_valid", "SliceNumber", "slice", "phase", "source", "Metadata_Well", "Metadata_Plate",
      "Metadata_Site", "Location_Center_X", "centroid-0", "bbox-0", "bbox_xmin", "Centroid X \u{b5}m",
      "AreaShape_Center_Y",
    ])
  func bookkeeping(name: String) throws {
    let loaded = try load("bag,label,\(name),f\ns1,1,0,.9\ns1,1,1,.2\ns2,0,2,.3\n")
    #expect(loaded.dataset.featureNames == ["f"])
    #expect(loaded.lines.contains { $0.hasPrefix("left out: ") && $0.contains("\"\(name)\"") && $0.contains("--keep") })
  }

  @Test(
    "A row and a column, and the corners of a box, are places beside each other alone",
    arguments: [
      ("i", "j", false), ("x0", "y0", true), ("centroid-0", "centroid-1", false),
      ("Centroid X \u{b5}m", "Centroid Y \u{b5}m", true), ("Location_Center_X", "Location_Center_Y", true),
    ])
  func places(first: String, second: String, isAcrossFirst: Bool) throws {
    let loaded = try load("bag,label,\(first),\(second),f\ns1,1,1,2,.9\ns2,0,3,4,.3\n")
    #expect(loaded.dataset.featureNames == ["f"])
    #expect(loaded.dataset.places?.map { isAcrossFirst ? [$0.x, $0.y] : [$0.y, $0.x] } == [[1, 2], [3, 4]])
  }

  @Test(
    "Names that number features, and measures of bookkeeping's words, are features",
    arguments: [
      ["x0", "x1", "x2"], ["x0", "x1", "y0"], ["i", "k"], ["i", "j", "k"], ["phase_angle", "slice_thickness"],
      ["bbox_area", "bbox_width"], ["spectral_centroid_0", "centroid"], ["cell_weight", "source_count"],
      ["location", "foldedness"], ["x", "y", "z"],
    ])
  func features(names: [String]) throws {
    let fields = names.indices.map { "\($0 + 2)" }.joined(separator: ",")
    let loaded = try load("bag,label,\(names.joined(separator: ",")),f\ns1,1,\(fields),.9\ns2,0,\(fields),.3\n")
    #expect(loaded.dataset.featureNames == names + ["f"], "\(loaded.lines)")
  }

  @Test("A decision lists all names for programs, some for people, and none in journals")
  func listed() throws {
    let names = (1...40).map { "f\($0)" }
    let row = Array(repeating: "1", count: 40).joined(separator: ",")
    let loaded = try load("bag,label,\(names.joined(separator: ","))\na,1,\(row)\nb,0,\(row)\n")
    let decision = try #require(loaded.dataset.reading?.decisions.first { $0.names != nil })
    #expect(decision.names == names && decision.statement.contains("\"f3\" ... \"f40\""))
    let text = String(decoding: try JSONEncoder().encode(decision), as: UTF8.self)
    #expect(text.contains("\"f17\""))
    #expect(try JSONDecoder().decode(ReadDecision.self, from: Data(text.utf8)) == decision)
    #expect(decision.withoutNames.names == nil && decision.withoutNames.line == decision.line)
  }

  @Test("A second column with the name of a model's feature is named")
  func twice() throws {
    var options = ReadOptions.automatic
    options.columns.features = ["f", "g"]
    options.columns.areRemembered = true
    let text = "bag,label,f,g,f\na,1,2,3,4\nb,0,3,4,5\n"
    let line = try Fixture.withFile(Array(text.utf8)) { file in
      try #require(#expect(throws: ReadError.self) { try BagReader.read(file, options: options) }).description
    }
    #expect(line.contains("column 5 called \"f\"") && line.contains("--ignore-column 5"), "\(line)")
  }
}
