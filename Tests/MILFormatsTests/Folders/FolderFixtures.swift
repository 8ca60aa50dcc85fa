import Foundation
import TestSupport
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

/// The eight bags that `Fixtures/make_folders.py` writes in every layout.
enum FolderBagsExpected {
  static func count(_ k: Int) -> Int { 2 + k % 4 }

  static func features(_ k: Int) -> [Float] {
    let (bag, label) = (Float(k), Float(k % 2))
    return (0..<count(k)).flatMap { r -> [Float] in
      let row = Float(r)
      return [bag, row + bag / 8, 2 * label + row / 4, row / 8]
    }
  }

  static func places(_ k: Int) -> [InstancePlace] {
    (0..<count(k)).map { InstancePlace(x: Double(256 * $0), y: Double(512 * k)) }
  }

  static func instanceLabels(_ k: Int) -> [Int?] { (0..<count(k)).map { k % 2 == 1 && $0 == 0 ? 1 : 0 } }

  static var folder: URL {
    (try? Fixture.url("folders")) ?? URL(fileURLWithPath: "/nowhere")
  }

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Returns whether the containers of these files are readable here.
  static func canRead(_ endings: String...) -> Bool { endings.allSatisfy(ArrayContainers.extensions.contains) }
}

/// A folder with one of the known layouts, and the options for opening it.
struct LaidOutFolder: CustomTestStringConvertible, Sendable {
  var name: String
  var kinds: [String]
  var labels: String?
  var options = ReadOptions.automatic
  /// The name in the decision on the layout.
  var layout: String
  var bags = Array(1...8)
  var havePlaces = false

  var testDescription: String { name + (options.featureFolder.map { ", \($0)" } ?? "") }

  var isReadable: Bool { kinds.allSatisfy(ArrayContainers.extensions.contains) }

  /// Loads the folder through the store.
  func load() throws -> LoadedDataset {
    var options = options
    options.labels = labels.map { $0 == "folders" ? $0 : FolderBagsExpected.path($0) }
    options.slides = options.slides.map(FolderBagsExpected.path)
    return try DatasetStore(catalogue: .shipped()).load(FolderBagsExpected.path(name), options: options)
  }

  private static func options(_ set: (inout ReadOptions) -> Void) -> ReadOptions {
    var options = ReadOptions.automatic
    set(&options)
    return options
  }

  private static let tumor = options { $0.positive = "tumor" }

  static let all: [LaidOutFolder] = [
    LaidOutFolder(name: "npy", kinds: ["npy"], labels: "npy.csv", layout: ".npy file a bag"),
    LaidOutFolder(
      name: "npz", kinds: ["npz"], labels: "npz/labels.csv", options: tumor, layout: ".npz", havePlaces: true),
    LaidOutFolder(
      name: "safetensors", kinds: ["safetensors"], labels: "safetensors.csv", layout: ".safetensors", havePlaces: true),
    LaidOutFolder(
      name: "classes", kinds: ["npy"], labels: "folders", options: tumor, layout: ".npy",
      bags: [2, 4, 6, 8, 1, 3, 5, 7]),
    LaidOutFolder(
      name: "clam", kinds: ["h5", "pt"], labels: "clam/dataset_csv/tumor.csv",
      options: options { $0.positive = "tumor_tissue" }, layout: "CLAM", havePlaces: true),
    LaidOutFolder(
      name: "clam", kinds: ["h5", "pt"], labels: "clam/dataset_csv/tumor.csv",
      options: options { ($0.positive, $0.featureFolder) = ("tumor_tissue", "pt_files") }, layout: "CLAM"),
    LaidOutFolder(
      name: "trident", kinds: ["h5"], labels: "trident/labels.csv",
      options: options { $0.featureFolder = "features_uni_v1" }, layout: "TRIDENT", havePlaces: true),
    LaidOutFolder(
      name: "trident", kinds: ["h5"], labels: "trident/k=all.tsv",
      options: options { ($0.featureFolder, $0.positive) = ("conch_v15", "mut") }, layout: "TRIDENT", havePlaces: true),
    LaidOutFolder(
      name: "stamp", kinds: ["h5"], labels: "stamp/clini.csv",
      options: options { ($0.slides, $0.columns.label) = ("stamp/slide.csv", "isMSIH") }, layout: ".h5",
      bags: [2, 4, 6, 8, 1, 3, 5, 7], havePlaces: true),
    LaidOutFolder(name: "torchmil", kinds: ["npy"], layout: "torchmil", havePlaces: true),
    LaidOutFolder(name: "mil_baseline/dataset.csv", kinds: ["pt"], layout: "a table of paths"),
    LaidOutFolder(name: "mil_baseline", kinds: ["pt"], labels: "mil_baseline/dataset.csv", layout: ".pt"),
    LaidOutFolder(name: "transmil", kinds: ["pt"], labels: "transmil/fold0.csv", layout: "CLAM"),
    LaidOutFolder(name: "dsmil/dsmil.csv", kinds: ["csv"], layout: "a table of paths"),
    LaidOutFolder(name: "mhim", kinds: ["pt"], labels: "mhim/label.csv", options: tumor, layout: "CLAM"),
    LaidOutFolder(name: "nnmil", kinds: ["h5"], labels: "nnmil/dataset.csv", layout: ".h5", havePlaces: true),
    LaidOutFolder(
      name: "slideflow", kinds: ["pt", "npz"], labels: "slideflow/annotations.csv", options: tumor, layout: "Slideflow",
      havePlaces: true),
    LaidOutFolder(name: "tiatoolbox", kinds: ["npy"], labels: "tiatoolbox.csv", layout: "TIAToolbox", havePlaces: true),
  ]
}
