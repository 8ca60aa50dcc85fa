import Foundation
import LinearAlgebra
import MILBags
import MILRecords
import Subprocesses
import TestSupport
import Testing
import UserInput

@testable import MILCatalogue
@testable import MILFormats

@Suite("Folders of features")
struct FeatureFolderTests {
  private typealias Expected = FolderBagsExpected

  @Test(
    "Every layout gives the same bags, labels and places, without a feature in memory",
    arguments: LaidOutFolder.all.filter(\.isReadable))
  func layouts(_ folder: LaidOutFolder) throws {
    let loaded = try folder.load()
    let bags = loaded.dataset
    #expect(!bags.isInMemory)
    #expect(bags.bagCount == 8 && bags.featureCount == 4)
    #expect(
      loaded.lines.contains { $0.hasPrefix("format: laid out as ") && $0.contains(folder.layout) }, "\(loaded.lines)")
    for (place, k) in folder.bags.enumerated() {
      #expect(try bags.instances(ofBags: [place]).elements == Expected.features(k), "bag \(k)")
      #expect(bags.labels[place] == k % 2, "bag \(k), \(bags.bagNames)")
    }
    let places = folder.bags.flatMap(Expected.places)
    #expect(bags.places == (folder.havePlaces ? places : nil))
  }

  @Test("Labels of instances come with torchmil's folders, and labels of bags from them where there are no others")
  func instanceLabels() throws {
    let folder = try #require(LaidOutFolder.all.first { $0.name == "torchmil" })
    let bags = try folder.load().dataset
    #expect(bags.instanceLabels == (1...8).flatMap(Expected.instanceLabels))
    try TemporaryFolder.use { place in
      let copy = place.appendingPathComponent("copy")
      try FileManager.default.copyItem(at: Expected.folder.appendingPathComponent("torchmil"), to: copy)
      try FileManager.default.removeItem(at: copy.appendingPathComponent("patches_512/labels"))
      let derived = try DatasetStore(catalogue: .shipped()).load(copy.path)
      #expect(derived.dataset.labels == bags.labels)
      #expect(derived.lines.contains { $0.contains("derived from those of instances") })
    }
  }

  @Test("Several encoders are an error that names the option", .enabled(if: FolderBagsExpected.canRead("h5")))
  func encoders() throws {
    var folder = try #require(LaidOutFolder.all.first { $0.name == "trident" })
    folder.options.featureFolder = nil
    #expect {
      try folder.load()
    } throws: {
      "\($0)".contains("found 2 folders of features") && "\($0)".contains("after --feature-folder")
        && "\($0)".contains("features_conch_v15")
    }
  }

  @Test("Slides without label, labels without slide and empty slides are counted and named")
  func joined() throws {
    try TemporaryFolder.use { place in
      for name in ["a", "b", "c", "d"] { try NumPyBytes.write([[1, 2], [3, 4]], to: place, "f/\(name).npy") }
      try NumPyBytes.write([], to: place, "f/e.npy", columns: 2)
      try Data("slide_id,label\na,1\nb.svs,0\nx/c.h5,1\ne,0\nz,1\n".utf8).write(
        to: place.appendingPathComponent("l.csv"))
      let loaded = try Self.load(place, "f", "l.csv")
      #expect(loaded.dataset.bagNames == ["a", "b", "c"] && loaded.dataset.labels == [1, 0, 1])
      let lines = loaded.lines.joined(separator: "\n")
      #expect(lines.contains("1 slide of the table has no file: z"))
      #expect(lines.contains("1 file has no line in the table: d"))
      #expect(lines.contains("1 file holds no instance: e"))
    }
  }

  @Test("Columns of a table of labels of which nothing is read are said, folds with their option")
  func unreadColumns() throws {
    try TemporaryFolder.use { place in
      for name in ["a", "b"] { try NumPyBytes.write([[1, 2], [3, 4]], to: place, "f/\(name).npy") }
      try Data("id,slide_id,fold,label\n1,a,0,1\n2,b,1,0\n".utf8).write(to: place.appendingPathComponent("l.csv"))
      let lines = try Self.load(place, "f", "l.csv").lines
      #expect(lines.contains("left out: columns id, fold of l.csv (--fold-column)"), "\(lines)")
      let folds = try Self.load(place, "f", "l.csv") { $0.columns.folds = ["fold"] }.lines
      #expect(folds.contains("left out: column id of l.csv"), "\(folds)")
    }
  }

  @Test("A file that was cut off while it was copied is told from one of another kind", arguments: ["pt", "npz"])
  func cutOff(_ ending: String) {
    let zip: [UInt8] = [0x50, 0x4b, 3, 4] + Array(repeating: 0, count: 60)
    let error = WrittenFolder.complaint(["s1.\(ending)": zip, "s2.\(ending)": zip])
    #expect(error.contains("s1.\(ending)") && error.contains("a ZIP archive that is cut off"), "\(error)")
    #expect(error.contains("copy it again"))
  }

  @Test("Patches of one slide stay together in folds, and are one bag if that is asked for")
  func patches() throws {
    try TemporaryFolder.use { place in
      var table = "origin,embeddings,target,split,wsi_id\n"
      for patch in 0..<6 {
        try NumPyBytes.write([[Float(patch), 1]], to: place, "f/\(patch).npy")
        table += "o\(patch),\(patch).npy,\(patch / 2 % 2),train,w\(patch / 2)\n"
      }
      try Data(table.utf8).write(to: place.appendingPathComponent("l.csv"))
      let plain = try Self.load(place, "f", "l.csv").dataset
      #expect(plain.bagCount == 6 && plain.groups == ["w0", "w0", "w1", "w1", "w2", "w2"])
      let bags = try Self.load(place, "f", "l.csv") { $0.bagBy = .patient }.dataset
      #expect(bags.bagNames == ["w0", "w1", "w2"] && bags.labels == [0, 1, 0] && bags.instanceCount == 6)
    }
  }

  @Test(
    "Bags of MATLAB 7.3, a file each, are read as MATLAB shows them", .enabled(if: FolderBagsExpected.canRead("h5")))
  func matlab() throws {
    let fixture = try Fixture.url("array-files").appendingPathComponent("matlab.mat")
    try TemporaryFolder.use { place in
      let folder = place.appendingPathComponent("f")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for name in ["a", "b"] {
        try FileManager.default.copyItem(at: fixture, to: folder.appendingPathComponent("\(name).mat"))
      }
      try Data("slide_id,label\na,1\nb,0\n".utf8).write(to: place.appendingPathComponent("l.csv"))
      let loaded = try Self.load(place, "f", "l.csv") { $0.featureKey = "bag" }
      #expect(loaded.dataset.bagNames == ["a", "b"] && loaded.dataset.featureCount == 3)
      #expect(loaded.lines.contains { $0.contains("laid out as a .mat file a bag") })
      #expect(loaded.lines.contains { $0.contains("are those that MATLAB shows") })
    }
  }

  @Test("Slides of a patient in one field, as in MHIM-MIL's survival tables, are found")
  func slidesInOneField() throws {
    try TemporaryFolder.use { place in
      for name in ["a", "b", "c", "d"] { try NumPyBytes.write([[1, 2], [3, 4]], to: place, "f/\(name).npy") }
      try Data("Study,ID,Event,Status,WSI\nX,p1,7,1,a.pt;b.pt\nX,p2,9,0,c.pt;d.pt\n".utf8).write(
        to: place.appendingPathComponent("l.csv"))
      let bags = try Self.load(place, "f", "l.csv") {
        ($0.columns.time, $0.columns.event, $0.task) = ("Event", "Status", .survival)
      }.dataset
      #expect(bags.targets == .survival(times: [7, 7, 9, 9], events: [true, true, false, false]))
      #expect(bags.groups == nil)
    }
  }

  @Test("Files whose names are one number, or differ in letter case alone, are several bags, and that is said")
  func namesAlike() throws {
    try TemporaryFolder.use { place in
      for name in ["1", "01", "s", "S"] { try NumPyBytes.write([[1, 2], [3, 4]], to: place, "f/\(name).npy") }
      try Data("slide_id,label\n1,1\n01,0\ns,1\nS,0\n".utf8).write(to: place.appendingPathComponent("l.csv"))
      let lines = try Self.load(place, "f", "l.csv").lines
      #expect(lines.contains { $0.contains("are two bags, though both are one number") }, "\(lines)")
      #expect(lines.contains { $0.contains("ids are compared with their letter case") }, "\(lines)")
    }
  }

  private static func load(
    _ place: URL, _ folder: String, _ labels: String?, _ set: (inout ReadOptions) -> Void = { _ in }
  ) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    options.labels = labels.map { place.appendingPathComponent($0).path }
    set(&options)
    return try DatasetStore(catalogue: .shipped()).load(place.appendingPathComponent(folder).path, options: options)
  }

  /// Writes a folder f with files and a table l.csv, and returns the error of opening it.
  private static func complaint(
    _ files: [String: [[Float]]], _ table: String?, _ set: (inout ReadOptions) -> Void = { _ in }
  ) throws -> String {
    try TemporaryFolder.use { place in
      for (name, rows) in files { try NumPyBytes.write(rows, to: place, "f/\(name)") }
      if let table { try Data(table.utf8).write(to: place.appendingPathComponent("l.csv")) }
      do {
        _ = try load(place, "f", table == nil ? nil : "l.csv", set)
        return "none"
      } catch {
        return "\(error)"
      }
    }
  }

  private static let two: [String: [[Float]]] = ["a.npy": [[1, 2], [3, 4]], "b.npy": [[1, 2]]]

  @Test("What does not fit is refused, with the line and the way out")
  func refused() throws {
    let twice = try Self.complaint(Self.two, "slide_id,label\na,1\nb,0\na.svs,1\n")
    #expect(twice.contains("l.csv, line 4: found slide \"a.svs\", which line 2 names already"))
    let widths = try Self.complaint(["a.npy": [[1, 2]], "b.npy": [[1, 2, 3]]], "slide_id,label\na,1\nb,0\n")
    #expect(widths.contains("b.npy: found 3 features an instance, expected 2, as in a.npy"))
    let zeros = try Self.complaint(["007.npy": [[1, 2]], "008.npy": [[1, 2]]], "slide_id,label\n7,1\n8,0\n")
    #expect(zeros.contains("7 may be 007 without the zeros that pandas drops"))
    let unlabelled = try Self.complaint(Self.two, nil)
    #expect(unlabelled.contains("2 files of features, and no labels, expected --labels TABLE"))
    let folders = try Self.complaint(["x/a.npy": [[1, 2]], "y/b.npy": [[1, 2]]], nil)
    #expect(folders.contains("--labels folders where the folders x, y are the labels"))
    let names = try Self.complaint(["x/a.npy": [[1, 2]], "y/a.npy": [[1, 2]]], "slide_id,label\na,1\n")
    #expect(names.contains("\"a\", which x/a and y/a are called, expected the folder before the name"))
    let labels = try Self.complaint(Self.two, "slide_id,label,target\na,1,1\nb,0,0\n")
    #expect(labels.contains("found 2 columns of labels") && labels.contains("--label-column NAME"))
    let pair = try Self.complaint(Self.two, "slide_id,label\na,cancer\nb,normal\n")
    #expect(pair.contains("--positive NAME"))
    let unused = try Self.complaint(Self.two, "slide_id,label\na,1\nb,0\n") { $0.hasHeader = true }
    #expect(unused.contains("--header, of which a folder of features has no use"))
    let nothing = try Self.complaint(Self.two, "slide_id,label\nq,1\nr,0\n")
    #expect(nothing.contains("no column that names files") && nothing.contains("--slides TABLE"))
  }

  @Test("Workbooks and old patch files are refused by name")
  func foreign() throws {
    let folder = LaidOutFolder(name: "npy", kinds: ["npy"], labels: "labels.xlsx", layout: "")
    #expect { try folder.load() } throws: { "\($0)".contains("found a workbook of Excel, expected its sheet as CSV") }
    guard Expected.canRead("h5") else { return }
    let images = LaidOutFolder(name: "imgs", kinds: ["h5"], labels: "imgs.csv", layout: "")
    #expect { try images.load() } throws: { "\($0)".contains("images of shape (2, 4, 4, 3), as old patch files have") }
  }

  @Test("A line of a table of labels with fewer fields than the header is refused, since a field may be shifted")
  func shortLines() throws {
    for (separator, name) in [(",", "\",\""), (";", "\";\""), ("\t", #""\t""#)] {
      func table(_ lines: String...) -> String {
        lines.map { $0.replacing(",", with: separator) + "\n" }.joined()
      }
      for short in ["b,normal", "b"] {
        let line = try Self.complaint(Self.two, table("slide_id,label,site", "a,cancer,A", short))
        let count = short == "b" ? "1 field," : "2 fields,"
        #expect(line.contains("l.csv, line 3: found \(count) expected 3 as the header"), "\(line)")
        #expect(line.contains(name), "\(line)")
      }
      let whole = try Self.complaint(Self.two, table("slide_id,label,site", "a,1,", "b,0,"))
      #expect(!whole.contains("as the header"), "\(whole)")
    }
  }

  @Test("JSON and a title above a table of labels are named, with the way out")
  func otherTables() throws {
    for table in ["{\"a\": 1, \"b\": 0}", "[{\"slide_id\": \"a\", \"label\": 1}]\n"] {
      let line = try Self.complaint(Self.two, table)
      #expect(line.contains("found JSON") && line.contains("to_csv('labels.csv'"), "\(line)")
    }
    for title in ["my title", "Labels, 2024", "Labels;;"] {
      let line = try Self.complaint(Self.two, title + "\nslide_id,label\na,1\nb,0\n")
      #expect(line.contains("l.csv, line 1") && line.contains("tail -n +2 FILE"), "\(line)")
    }
    #expect(try Self.complaint(Self.two, "# my title\nslide_id,label\na,1\nb,0\n") == "none")
  }

  @Test("Places with a dimension of one batch are read like features of that shape")
  func batchedPlaces() throws {
    for (features, places) in [([1, 5, 3], [1, 5, 2]), ([5, 3], [1, 5, 2]), ([1, 5, 3], [5, 2])] {
      let files = WrittenFolder.files("safetensors") { bag in
        WrittenFolder.tensors([
          ("feats", features, (0..<5).flatMap { WrittenFolder.values(bag, $0, width: 3) }),
          ("coords", places, (0..<10).map { Float($0 * 256) }),
        ])
      }
      let loaded = try WrittenFolder.load(files)
      #expect(loaded.dataset.table.places?.count == 30)
      #expect(loaded.dataset.table.places?.prefix(2).map(\.y) == [256, 768])
      #expect(loaded.lines.allSatisfy { !$0.contains("neither features nor places") }, "\(loaded.lines)")
    }
  }

  @Test("Columns of text in files of a bag are told together")
  func textColumns() {
    let files = WrittenFolder.texts({ _ in "f1,stain,f2,grade_text\n" }) { "\($0).5,HE,\($1).5,high" }
    let complaint = WrittenFolder.complaint(files)
    #expect(complaint.contains("found \"HE\"") && complaint.contains("found \"high\""), "\(complaint)")
    #expect(complaint.contains("--ignore-column stain --ignore-column grade_text"), "\(complaint)")
  }

  @Test("A number beyond single precision is named as the file has it")
  func overflow() throws {
    try TemporaryFolder.use { place in
      try NumPyBytes.write([[1, 2], [3, 4]], to: place, "f/a.npy")
      try NumPyBytes.writeDoubles([[1, 2], [3, 1e300], [5, 6]], to: place, "f/b.npy")
      try Data("slide_id,label\na,1\nb,0\n".utf8).write(to: place.appendingPathComponent("l.csv"))
      #expect {
        try Self.load(place, "f", "l.csv").dataset.instances(ofBags: [1])
      } throws: {
        "\($0)".contains("row 2, column 2: found 1e+300, expected a number within the range of single precision")
      }
    }
  }

  @Test("A last column that is the label is refused, left out or kept by an option")
  func leak() throws {
    let files: [String: [[Float]]] = ["a.npy": [[1, 2, 1], [3, 4, 1]], "b.npy": [[1, 2, 0]], "c.npy": [[5, 6, 1]]]
    let table = "slide_id,label\na,1\nb,0\nc,1\n"
    let leak = try Self.complaint(files, table)
    #expect(
      leak.contains("column 3: found one value in all instances of each bag") && leak.contains("--ignore-column 3"))
    try TemporaryFolder.use { place in
      for (name, rows) in files { try NumPyBytes.write(rows, to: place, "f/\(name)") }
      try Data(table.utf8).write(to: place.appendingPathComponent("l.csv"))
      let without = try Self.load(place, "f", "l.csv") { $0.columns.ignored = ["3"] }
      #expect(without.dataset.featureCount == 2)
      #expect(try without.dataset.instances(ofBags: [0]).elements == [1, 2, 3, 4])
      #expect(try Self.load(place, "f", "l.csv") { $0.columns.kept = ["3"] }.dataset.featureCount == 3)
    }
  }

  @Test("Slides of a patient are a group that folds keep together, or one bag")
  func patients() throws {
    let table = "case_id,slide_id,label\np1,a,1\np1,b,1\np2,c,0\n"
    try TemporaryFolder.use { place in
      for (index, name) in ["a", "b", "c"].enumerated() {
        try NumPyBytes.write([[Float(index), 2], [3, 4]], to: place, "f/\(name).npy")
      }
      try Data(table.utf8).write(to: place.appendingPathComponent("l.csv"))
      let slides = try Self.load(place, "f", "l.csv")
      #expect(slides.dataset.groups == ["p1", "p1", "p2"])
      #expect(slides.lines.contains { $0.contains("folds keep the slides of a patient together (2 patients)") })
      let patients = try Self.load(place, "f", "l.csv") { $0.bagBy = .patient }
      #expect(patients.dataset.bagNames == ["p1", "p2"] && patients.dataset.labels == [1, 0])
      #expect(patients.dataset.groups == nil)
      #expect(try patients.dataset.instances(ofBags: [0]).elements == [0, 2, 3, 4, 1, 2, 3, 4])
    }
    let files: [String: [[Float]]] = ["a.npy": [[1, 2]], "b.npy": [[1, 2]], "c.npy": [[1, 2]]]
    let contradicting = try Self.complaint(files, "case_id,slide_id,label\np1,a,1\np1,b,0\np2,c,0\n") {
      $0.bagBy = .patient
    }
    #expect(contradicting.contains("line 3: found label \"0\" for slide b of patient p1, expected \"1\" as for a"))
    let unknown = try Self.complaint(files, "slide_id,label\na,1\nb,0\nc,1\n") { $0.bagBy = .patient }
    #expect(unknown.contains("no column of patients"))
  }

  @Test("A folder without labels is read where a model that was kept asks for none")
  func withoutLabels() throws {
    var options = ReadOptions.automatic
    options.columns.hasLabels = false
    let loaded = try DatasetStore(catalogue: .shipped()).load(Expected.path("npy"), options: options)
    #expect(loaded.dataset.bagCount == 8 && !loaded.hasLabels)
    #expect(loaded.dataset.bagNames == (1...8).map { "000\($0)" })
  }
}

/// Writes small arrays as `.npy` files.
enum NumPyBytes {
  static func write(_ rows: [[Float]], to folder: URL, _ path: String, columns: Int? = nil) throws {
    let bytes = rows.joined().flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    try write(bytes, "<f4", shape: (rows.count, columns ?? rows.first?.count ?? 0), to: folder, path)
  }

  static func writeDoubles(_ rows: [[Double]], to folder: URL, _ path: String) throws {
    let bytes = rows.joined().flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64($0))) }
    }
    try write(bytes, "<f8", shape: (rows.count, rows.first?.count ?? 0), to: folder, path)
  }

  private static func write(
    _ content: [UInt8], _ type: String, shape: (Int, Int), to folder: URL, _ path: String
  ) throws {
    let url = folder.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape.0), \(shape.1)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
    try Data(bytes + content).write(to: url)
  }
}

/// A folder that is removed after use.
enum TemporaryFolder {
  static func use<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("milbench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    return try body(place)
  }
}
