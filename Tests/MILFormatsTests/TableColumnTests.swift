import Foundation
import MILBags
import MILCatalogue
import MILFormats
import Testing
import UserInput

@Suite("Places, class names and missing labels in tables")
struct TableColumnTests {
  private static let table = """
    slide,diagnosis,x,y,f
    a,tumour-free,1,2,0.5
    b,tumour,3,4,1.5
    a,tumour-free,5,6,2.5

    """

  private func read(_ text: String, columns: CSVColumns, format: BagFormat? = nil) throws -> LoadedDataset {
    try TextLayoutTests.read(text, format: format, columns: columns)
  }

  @Test("Places are no features, and go with their instances into their bags")
  func places() throws {
    let columns = CSVColumns(bag: "slide", label: "diagnosis", coordinates: ["x", "y"])
    let dataset = try read(Self.table, columns: columns).dataset
    #expect(dataset.featureNames == ["f"] && dataset.bagNames == ["a", "b"])
    let places = [InstancePlace(x: 1, y: 2), InstancePlace(x: 5, y: 6), InstancePlace(x: 3, y: 4)]
    #expect(dataset.places == places)
    #expect(dataset.selecting(bags: [1, 0]).places == [places[2], places[0], places[1]])
    #expect(dataset.replacing(instances: dataset.instances).renamed("n").places == places)
    #expect(try dataset.relabelled([1, 0]).places == places)
    let features = try read(Self.table, columns: CSVColumns(bag: "slide", label: "diagnosis")).dataset
    #expect(features == dataset)
    var kept = CSVColumns(bag: "slide", label: "diagnosis")
    kept.kept = ["x", "y"]
    let all = try read(Self.table, columns: kept).dataset
    #expect(all.places == nil && all.featureNames == ["x", "y", "f"])
  }

  @Test("A column that is named for this file is what it is named for, whatever a kept model did with it")
  func typedOverRemembered() throws {
    for remembered in [
      CSVColumns(bag: "name:slide", ignored: ["name:diagnosis"]),
      CSVColumns(bag: "name:slide", group: "name:diagnosis", ignored: ["name:gone"]),
      CSVColumns(bag: "name:slide", instanceLabel: "name:diagnosis"),
    ] {
      var remembered = remembered
      remembered.areRemembered = true
      for name in ["diagnosis", "Diagnosis", "name:diagnosis", "2"] {
        let columns = CSVColumns(label: name).filled(from: remembered)
        let dataset = try read(Self.table, columns: columns).dataset
        #expect(dataset.labels == [0, 1] && dataset.groups == nil, "\(name)")
      }
    }
    let twice = CSVColumns(bag: "slide", label: "diagnosis", group: "name:diagnosis")
    #expect(throws: ReadError.self) { try read(Self.table, columns: twice) }
  }

  @Test("A place that is no number, or no column, is told")
  func wrongPlaces() throws {
    let columns = CSVColumns(bag: "slide", label: "diagnosis", coordinates: ["x", "y"])
    let wrong = #expect(throws: ReadError.self) {
      try read(Self.table.replacingOccurrences(of: "3,4", with: "3,left"), columns: columns)
    }
    #expect(wrong?.description.contains("line 3, field 4: found \"left\"") == true)
    let missing = #expect(throws: ReadError.self) {
      try read(Self.table, columns: CSVColumns(bag: "slide", label: "diagnosis", coordinates: ["x", "z"]))
    }
    #expect(missing?.description.contains("no column \"z\"") == true)
  }

  @Test(
    "Classes are called as in the file, the negative one first",
    arguments: [
      (["normal", "abnormal"], ["normal", "abnormal"], [0, 1]), (["0", "1"], ["0", "1"], [0, 1]),
      (["-1", "1"], ["-1", "1"], [0, 1]), (["2", "4"], ["2", "4"], [0, 1]), (["4", "2"], ["2", "4"], [1, 0]),
      (["1", "2"], ["1", "2"], [0, 1]), (["yes", "no"], ["no", "yes"], [1, 0]),
    ])
  func classNames(written: [String], names: [String], labels: [Int]) throws {
    let text = Self.table.replacingOccurrences(of: "tumour-free", with: "zero")
      .replacingOccurrences(of: "tumour", with: written[1]).replacingOccurrences(of: "zero", with: written[0])
    let loaded = try read(text, columns: CSVColumns(bag: "slide", label: "diagnosis"))
    #expect(loaded.classNames == names && loaded.dataset.labels == labels)
  }

  @Test("Without labels all bags are negative, and a column of labels is no feature")
  func withoutLabels() throws {
    let columns = CSVColumns(bag: "slide", ignored: ["diagnosis"], hasLabels: false)
    #expect(try read(Self.table, columns: columns).dataset.labels == [0, 0])
    let known = "bag,label,f\n1,1,0.5\n2,0,0.25\n"
    let loaded = try read(known, columns: CSVColumns(hasLabels: false))
    #expect(loaded.dataset.featureNames == ["f"] && loaded.dataset.labels == [0, 0])
    #expect(loaded.lines.contains { $0.contains("left out: column \"label\", since labels are not to be read") })
    #expect(
      try read("1,0.5,1\n2,0.25,0\n", columns: CSVColumns(hasLabels: false), format: .keel).dataset.labels == [0, 0])
  }
}
