import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Axes, masks and sizes of arrays")
struct AxesAndMasksTests: ArrayFixtureReading {
  @Test("Bags in the last axis are refused with the command that moves it", arguments: ["npz", "mat"])
  func lastAxis(ending: String) throws {
    let command = ending == "npz" ? "X = X.transpose(2, 0, 1)" : "X = permute(X, [3 1 2])"
    let last = try failure("axes-last.\(ending)")
    #expect(last.contains("one for each entry of the last axis") && last.contains(command), "\(last)")
    let two = try failure("axes-two.\(ending)")
    #expect(two.contains(command) && two.contains("--instance-label-column y"), "\(two)")
    #expect(try load("axes-two.\(ending)") { $0.columns.instanceLabel = "y" }.dataset.bagCount == 2)
  }

  @Test("Where the first and the last axis may be the bags, it is the first, with the command for the other")
  func sameAxes() throws {
    #expect(try load("axes-same.npz").lines.contains { $0.contains("X.transpose(2, 0, 1) where that is the bags") })
    #expect(try load("axes-same.mat").lines.contains { $0.contains("permute(X, [3 1 2]) where that is the bags") })
    #expect(try failure("axes-second.npz").contains("X = X.transpose(1, 0, 2)"))
    #expect(try failure("axes-ids.npz").contains("X.transpose(2, 0, 1)"))
  }

  @Test(
    "Masks and sizes are known by their names and shapes",
    arguments: [
      "mask-attention_mask.npz", "mask-valid_mask.npz", "mask-valid.npz", "mask-tile_mask.npz", "mask-padding_mask.npz",
      "mask-key_padding_mask.npz", "mask-pad.npz", "mask-pad_mask.npz", "mask-attention.mat", "sizes-n_patches.npz",
      "sizes-seq_len.npz", "sizes-lens.npz", "sizes-lengths.npz", "sizes-valid_len.npz", "sizes-numTiles.npz",
    ])
  func padding(name: String) throws {
    let loaded = try load(name)
    #expect(loaded.dataset.offsets == [0, 3, 5, 6, 8], "\(loaded.lines)")
    #expect(loaded.lines.contains { $0.contains("X is 4 bags x 3 instances x 2 features, of which") })
  }

  @Test("A mask or sizes under another name are an error where padding shows them", arguments: ["mask", "sizes"])
  func otherNames(kind: String) throws {
    let line = try failure("\(kind)-other.npz")
    #expect(line.contains("other") && line.contains("the name \(kind)"), "\(line)")
    #expect(line.contains("--ignore-column other"), "\(line)")
    #expect(
      try load("\(kind)-other.npz") { ($0.columns.ignored, $0.paddingRows) = (["other"], .keep) }.dataset
        .instanceCount == 12)
  }

  @Test("A mask in the file of a bag is refused, unless an option says what padding is")
  func masksInFiles() throws {
    try TemporaryFolder.use { place in
      let folder = place.appendingPathComponent("f")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for name in ["a", "b"] {
        try FileManager.default.copyItem(
          at: Fixture.url("arrays/bag-mask.npz"), to: folder.appendingPathComponent(name + ".npz"))
      }
      try Data("slide_id,label\na,1\nb,0\n".utf8).write(to: place.appendingPathComponent("l.csv"))
      var options = ReadOptions.automatic
      options.labels = place.appendingPathComponent("l.csv").path
      let line = try #require(
        #expect(throws: ReadError.self) { try FeatureFolder().open(folder, options) }
      ).description
      #expect(line.contains("1 of 3 rows of features with 0") && line.contains("--padding-rows keep"), "\(line)")
      options.paddingRows = .keep
      #expect(try FeatureFolder().open(folder, options).instanceCount == 6)
    }
  }

  @Test("Numbers that padding does not show are no sizes; a mask of padding that nothing explains is refused")
  func noPadding() throws {
    #expect(try load("sizes-age.npz").dataset.instanceCount == 12)
    #expect(try failure("mask-pad_garbage.npz").contains("nothing shows whether 1 is padding"))
  }

  @Test("The first two columns of a matrix are label and bag, or bag and label where only that fits")
  func orders() throws {
    for name in ["table-bag-first.npy", "table-label-first.npy"] {
      let loaded = try load(name)
      #expect(loaded.dataset.bagCount == 8 && loaded.dataset.labels == (0..<8).map { $0 % 2 })
      let (bag, label) = name == "table-bag-first.npy" ? (1, 2) : (2, 1)
      #expect(
        loaded.lines.contains {
          $0.contains("column \(bag) is the bag, column \(label) is the label") && $0.contains("--bag-column")
        }, "\(loaded.lines)")
    }
    #expect(try load("table-classes.npy") { $0.positive = "6" }.dataset.bagCount == 6)
    let line = try failure("table-two-orders.npy")
    #expect(line.contains("two plausible readings") && line.contains("--bag-column and --label-column"), "\(line)")
  }

  @Test("A zero between the characters of an id is refused", arguments: ["zero-bytes.npz", "zero-text.npz"])
  func zeros(name: String) throws {
    #expect(try failure(name).contains("entry 1 with a zero byte inside"))
  }
}
