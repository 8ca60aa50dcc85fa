import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Labelled instances")
struct LabelledInstancesTests {
  private func read(_ text: String, classColumn: String? = nil) throws -> LabelledInstances {
    try Fixture.withFile(Array(text.utf8), named: "cells.csv") {
      try LabelledInstances.read($0, classColumn: classColumn)
    }
  }

  private func failure(_ text: String, classColumn: String? = nil) throws -> String {
    let error = #expect(throws: (any Error).self) { try read(text, classColumn: classColumn) }
    return "\(try #require(error))"
  }

  @Test("MedMNIST's arrays are taken split after split, pixels in C order")
  func medMNIST() throws {
    let golden = try Fixture.json("layouts/medmnist.json", as: [[Float]].self)
    let set = try LabelledInstances.read(Fixture.url("layouts/medmnist.npz"))
    #expect(set.name == "medmnist")
    #expect(set.count == 10 && set.features.columns == 18)
    #expect(set.features.elements == golden.flatMap { $0 })
    #expect(set.classes == [2, 0, 1, 2, 2, 0, 1, 1, 1, 0])
    #expect(set.classNames == ["0", "1", "2"] && set.classCounts == [3, 4, 3])
    #expect(set.split == [String](repeating: "train", count: 5) + ["val", "val", "test", "test", "test"])
    let named = try LabelledInstances.read(Fixture.url("layouts/medmnist.npz"), classNames: ["a", "b", "c"])
    #expect(try named.classIndex(named: "c") == 2)
    #expect(throws: ReadError.self) {
      try LabelledInstances.read(Fixture.url("layouts/medmnist.npz"), classNames: ["a", "b"])
    }
  }

  @Test("Text has a class column by name, by request, or as the only one without numbers")
  func text() throws {
    let set = try read("Label,Area,Size\nrare,1,2\ncommon,3.5,4\nrare,5,6\n")
    #expect(set.classNames == ["common", "rare"] && set.classes == [1, 0, 1])
    #expect(set.features.elements == [1, 2, 3.5, 4, 5, 6])
    #expect(set.featureNames == ["Area", "Size"] && set.split == nil)
    #expect(try read("Area;kind;Size\r\n1;\"rare\";2\r\n3;common;4\r\n").classes == [1, 0])
    #expect(try read("Area;split;n\n1;train;10\n2;test;9\n", classColumn: "N").classNames == ["9", "10"])
    #expect(try read("Area;split;n\n1;train;10\n2;test;9\n", classColumn: "n").split == ["train", "test"])
  }

  @Test("What does not fit is refused with line and field")
  func refusals() throws {
    #expect(try failure("a,b\n1,2\n").contains("line 1: found the columns a, b, expected a column of classes called"))
    #expect(try failure("a,b\n1,2\n", classColumn: "c").contains("expected a column c"))
    #expect(try failure("label,b\nx,2\ny\n").contains("line 3: found 1 field, expected 2 as in the header"))
    #expect(try failure("label,b\nx,2\n,3\n").contains("line 3, field 1: found an empty field, expected a class"))
    #expect(try failure("label,b\nx,2\ny,z\n").contains("line 3, field 2: found \"z\", expected a finite number"))
    #expect(try failure("label\nx\n").contains("expected classes and features"))
    #expect(try failure("").contains("found no lines"))
    let set = try read("label,b\nerythroblast,2\nplatelet,3\n")
    let error = #expect(throws: DatasetError.self) { try set.classIndex(named: "erytroblast") }
    #expect(error?.description.contains("the nearest names are erythroblast") == true)
  }
}
