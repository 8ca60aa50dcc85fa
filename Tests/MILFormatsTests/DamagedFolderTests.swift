import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Damaged folders and splits")
struct DamagedFolderTests {
  private func isClear(_ error: any Error) -> Bool {
    (error is ReadError || error is DatasetError || error is FoldError || error is DocumentError)
      && !"\(error)".contains("\n")
  }

  @Test(
    "A folder with a changed table of labels or file of features is read or refused in one clear line",
    arguments: [
      ("clam", "dataset_csv/tumor.csv"), ("clam", "pt_files/s3.pt"), ("dsmil", "dsmil.csv"), ("dsmil", "tumor/s1.csv"),
      ("hja", "hja_bag_labels.txt"),
    ])
  func folders(name: String, changed: String) throws {
    let source = try Fixture.url("folders/" + name)
    let original = try [UInt8](Data(contentsOf: source.appendingPathComponent(changed)))
    let formats: [any DatasetFormat] = [HJAText(), ThreeTables(), FeatureFolder()]
    try withTemporaryFolder { folder in
      let place = folder.appendingPathComponent(name)
      try FileManager.default.copyItem(at: source, to: place)
      let opened = name == "dsmil" ? place.appendingPathComponent("dsmil.csv") : place
      let format: any DatasetFormat =
        name == "dsmil" ? Manifest() : try #require(formats.first { $0.recognises(opened) })
      var options = ReadOptions.automatic
      if name == "clam" {
        options.labels = place.appendingPathComponent("dataset_csv/tumor.csv").path
        options.positive = "tumor_tissue"
        options.featureFolder = "pt_files"
      }
      if name == "hja" { options.columns.label = "1" }
      #expect(try format.open(opened, options).matrix().count > 0)
      var (mutator, lines) = (
        Mutator(generator: RandomGenerator(seed: 21)), TextMutator(generator: RandomGenerator(seed: 22))
      )
      var refused = 0
      for round in 0..<200 {
        let isText = !changed.hasSuffix(".pt") && round % 2 == 0
        let bytes = isText ? lines.mutate(original) : mutator.mutate(original)
        try Data(bytes).write(to: place.appendingPathComponent(changed))
        do {
          _ = try format.open(opened, options).matrix()
        } catch {
          refused += 1
          #expect(isClear(error), "\(error)")
        }
      }
      #expect(refused > 0)
    }
  }

  @Test(
    "A changed split is read or refused in one clear line",
    arguments: [
      "splits/columns.csv", "splits/long.csv", "splits/parts.csv", "splits/splits.json", "splits/folds.json",
      "splits/pandas.json", "folders/clam/splits/splits_0.csv", "folders/clam/splits/splits_0_bool.csv",
    ])
  func splits(name: String) throws {
    let slides = try BagDataset(
      name: "slides", instances: Matrix(rows: 8, columns: 1), offsets: Array(0...8), labels: [0, 1, 0, 1, 0, 1, 0, 1],
      bagNames: (1...8).map { "s\($0)" })
    let original = try Fixture.bytes(name)
    var (mutator, lines) = (
      Mutator(generator: RandomGenerator(seed: 23)), TextMutator(generator: RandomGenerator(seed: 24))
    )
    var refused = 0
    try Fixture.withFile(original, named: String(name.split(separator: "/").last ?? "")) { file in
      #expect(try SplitFiles.read([file], scheme: nil, for: slides).folds.bagCount == 8)
      for round in 0..<400 {
        try Data(round % 2 == 0 ? lines.mutate(original) : mutator.mutate(original)).write(to: file)
        do {
          _ = try SplitFiles.read([file], scheme: nil, for: slides)
        } catch {
          refused += 1
          #expect(isClear(error), "\(error)")
        }
      }
    }
    #expect(refused > 40)
  }
}
