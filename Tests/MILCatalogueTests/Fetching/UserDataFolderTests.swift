import Foundation
import MILFormats
import TestSupport
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue

@Suite("The user's data folder")
struct UserDataFolderTests {
  private func withFolder(_ body: (UserDataFolder, URL) throws -> Void) throws {
    try Fixture.withFile(Fixture.bytes("musk-excerpt.csv")) { file in
      let folder = UserDataFolder(url: file.deletingLastPathComponent().appendingPathComponent("user"))
      try body(folder, file)
    }
  }

  @Test("It is where the system keeps data, and an address that is no absolute path does not count")
  func place() {
    #expect(UserDataFolder(environment: ["XDG_DATA_HOME": "/data", "HOME": "/h"]).url.path == "/data/milbench")
    let plain = UserDataFolder(environment: ["XDG_DATA_HOME": "relative", "HOME": "/h"]).url.path
    #expect(["/h/.local/share/milbench", "/h/Library/Application Support/milbench"].contains(plain))
  }

  @Test("An imported file is asked for by its name, with checksum and shape")
  func importing() throws {
    try withFolder { folder, file in
      let shipped = try Catalogue.shipped()
      let imported = try folder.importSet(file, named: "mine", catalogue: shipped, overwriting: false)
      #expect(imported.dataset.name == "mine" && imported.dataset.bagCount == 4)
      let sets = try folder.importedSets()
      #expect(sets.map(\.name) == ["mine"] && sets[0].isImported && !shipped.sets.contains(where: \.isImported))
      let store = DatasetStore(catalogue: Catalogue(sets: shipped.sets + sets), dataFolders: [folder.datasets])
      let loaded = try store.load("mine")
      #expect(loaded.dataset == imported.dataset && loaded.sha256 == imported.sha256)
      let copy = try #require(store.located(sets[0])?.url)
      try Data("1,1,2\n".utf8).write(to: copy)
      #expect(throws: ReadError.self) { try store.load("mine") }
    }
  }

  @Test("What an import left out is said again where the set is loaded")
  func leftOut() throws {
    try withFolder { folder, file in
      let rows = (0..<8).map { "s\($0 / 2),\($0 < 4 ? 0 : 1),\($0 % 2),\($0),\($0 * $0)" }
      try Data(("bag,label,fold,tile_id,f\n" + rows.joined(separator: "\n")).utf8).write(to: file)
      let shipped = try Catalogue.shipped()
      let imported = try folder.importSet(file, named: "mine", catalogue: shipped, overwriting: false)
      let store = DatasetStore(
        catalogue: Catalogue(sets: shipped.sets + (try folder.importedSets())), dataFolders: [folder.datasets])
      let loaded = try store.load("mine")
      #expect(loaded.dataset.featureNames == ["f"])
      for name in ["fold", "tile_id"] {
        for lines in [imported.lines, loaded.lines] {
          #expect(lines.count { $0.hasPrefix("left out: ") && $0.contains("\"\(name)\"") } == 1, "\(lines)")
        }
      }
    }
  }

  @Test("What is said of an imported set counts; of one of the catalogue nothing can be said")
  func saidOfNames() throws {
    try withFolder { folder, file in
      let rows = (0..<8).map { "s\($0 / 2),\($0 < 4 ? "benign" : "malignant"),\($0),\($0 * $0)" }
      try Data(("bag,diagnosis,f,g\n" + rows.joined(separator: "\n")).utf8).write(to: file)
      let shipped = try Catalogue.shipped()
      var options = ReadOptions(columns: CSVColumns(label: "diagnosis"), positive: "malignant")
      let imported = try folder.importSet(
        file, named: "mine", options: options, catalogue: shipped, overwriting: false)
      let store = DatasetStore(
        catalogue: Catalogue(sets: shipped.sets + (try folder.importedSets())), dataFolders: [folder.datasets])
      #expect(imported.dataset.labels == [0, 0, 1, 1])
      #expect(try store.load("mine").dataset.labels == [0, 0, 1, 1])
      options = ReadOptions(positive: "benign")
      options.columns.ignored = ["g"]
      let other = try store.load("mine", options: options)
      #expect(other.dataset.labels == [1, 1, 0, 0] && other.classNames == ["malignant", "benign"])
      #expect(other.dataset.featureNames == ["f"])
      #expect(throws: ReadError.self) { try store.load("mine", options: ReadOptions(positive: "zebra")) }
      #expect(throws: ReadError.self) {
        try store.load("mine", options: ReadOptions(columns: CSVColumns(group: "nosuch")))
      }
    }
    let error = #expect(throws: DatasetError.self) {
      try DatasetStore().load("musk1", options: ReadOptions(columns: CSVColumns(ignored: ["#5"]), positive: "0"))
    }
    #expect(error?.problem.hasPrefix("--ignore-column, --positive given") == true)
  }

  @Test("A folder of three files is imported whole, and read again as it was")
  func threeFiles() throws {
    try withFolder { folder, _ in
      let three = try Fixture.url("layouts/three")
      let shipped = try Catalogue.shipped()
      let imported = try folder.importSet(three, named: "mine", catalogue: shipped, overwriting: false)
      let store = DatasetStore(
        catalogue: Catalogue(sets: shipped.sets + (try folder.importedSets())), dataFolders: [folder.datasets])
      #expect(try store.load("mine").dataset == imported.dataset)
    }
  }

  @Test("A file of the user's own may have one feature more than an imported one")
  func oneFeatureMore() throws {
    try withFolder { folder, file in
      let rows = (0..<12).map { "s\($0 / 2),\($0 / 2 % 2),\($0),\($0 * $0)" }
      try Data(("bag,label,f,g\n" + rows.joined(separator: "\n")).utf8).write(to: file)
      let shipped = try Catalogue.shipped()
      _ = try folder.importSet(file, named: "mine", catalogue: shipped, overwriting: false)
      let store = DatasetStore(
        catalogue: Catalogue(sets: shipped.sets + (try folder.importedSets())), dataFolders: [folder.datasets])
      let wider = rows.map { $0 + ",7.5" }.joined(separator: "\n")
      try Data(("bag,label,f,g,h\n" + wider).utf8).write(to: file)
      #expect(try store.load(file.path).dataset.featureCount == 3)
    }
  }

  @Test("The columns of an imported table are kept with it")
  func columns() throws {
    try withFolder { folder, file in
      try Data("slide;sick;why;a\ns1;no;x;1\ns2;yes;y;2\ns2;yes;z;3\n".utf8).write(to: file)
      let columns = CSVColumns(bag: "slide", label: "2", ignored: ["why"])
      let imported = try folder.importSet(
        file, named: "mine", options: ReadOptions(columns: columns), catalogue: .shipped(), overwriting: false)
      #expect(imported.dataset.labels == [0, 1] && imported.dataset.bagNames == ["s1", "s2"])
      let store = DatasetStore(catalogue: Catalogue(sets: try folder.importedSets()), dataFolders: [folder.datasets])
      #expect(try store.load("mine").dataset == imported.dataset)
    }
  }

  @Test(
    "Names of the catalogue, names that are none and names in use are refused; a name in use only until told otherwise")
  func names() throws {
    try withFolder { folder, file in
      let shipped = try Catalogue.shipped()
      for name in ["musk1", "clean1", "Upper", "", ".hidden", "a/b", "../up", "a b", String(repeating: "a", count: 65)]
      {
        #expect(throws: DatasetError.self, "\(name)") {
          try folder.importSet(file, named: name, catalogue: shipped, overwriting: true)
        }
      }
      #expect(try folder.importedSets().isEmpty)
      _ = try folder.importSet(file, named: "mine", catalogue: shipped, overwriting: false)
      let again = #expect(throws: DatasetError.self) {
        try folder.importSet(file, named: "mine", catalogue: shipped, overwriting: false)
      }
      #expect(again?.problem.contains("--overwrite") == true)
      try Data("1,1,2\n0,2,3\n".utf8).write(to: file)
      #expect(
        try folder.importSet(file, named: "mine", catalogue: shipped, overwriting: true).dataset.bagCount == 2)
      #expect(try folder.importedSets().first?.shape?.bags == 2)
    }
  }

  @Test("A file that is no bags, or has the label for a feature, is not imported")
  func noBags() throws {
    try withFolder { folder, file in
      try Data("hello\n".utf8).write(to: file)
      #expect(throws: ReadError.self) {
        try folder.importSet(file, named: "mine", catalogue: .shipped(), overwriting: false)
      }
      let text = String(decoding: try Fixture.bytes("musk-excerpt.csv"), as: UTF8.self)
      let leaked = text.split(whereSeparator: \.isNewline).map { "\($0),\($0.prefix(1))" }.joined(separator: "\n")
      try Data(leaked.utf8).write(to: file)
      let leak = #expect(throws: ReadError.self) {
        try folder.importSet(file, named: "mine", catalogue: .shipped(), overwriting: false)
      }
      #expect(leak?.found.contains("label leak") == true)
      #expect(!FileManager.default.fileExists(atPath: folder.url.path))
    }
  }
}
