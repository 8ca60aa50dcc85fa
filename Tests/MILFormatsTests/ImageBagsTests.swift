import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILFormats
import TestSupport
import Testing
import UserInput

/// Bags of images: image_bags.py wrote the archive, in which byte i of the patches is 7 i modulo 256.
@Suite("Bags of images")
struct ImageBagsTests {
  static func load(_ name: String) throws -> BagDataset {
    var options = ReadOptions(columns: CSVColumns(instanceLabel: "cell_type"))
    options.positiveInstance = "0"
    return try BagReader.read(Fixture.url("images/\(name).npz"), options: options).dataset
  }

  @Test(
    "An archive of patches is read channel after channel, whichever comes first in it", arguments: ["last", "first"])
  func archive(_ name: String) throws {
    let bags = try Self.load(name)
    #expect(bags.imageShape == ImageShape(channels: 3, height: 4, width: 5))
    #expect(bags.bagNames == ["a.png", "b.png"] && bags.labels == [1, 0] && bags.offsets == [0, 3, 5])
    #expect(bags.instanceLabels == [0, 1, 0, 0, 0])
    #expect(bags.places?.map(\.x) == [0, 20, 40, 10, 30])
    // The instances of the first bag are images 1, 3 and 5 of the file.
    let matrix = try bags.matrix()
    for (row, image) in [0, 2, 4, 1, 3].enumerated() {
      for channel in 0..<3 {
        for pixel in 0..<20 {
          #expect(matrix[row, channel * 20 + pixel] == Float((image * 60 + pixel * 3 + channel) * 7 % 256))
        }
      }
    }
    #expect(!bags.isInMemory)
    let second = bags.selecting(bags: [1])
    #expect(second.imageShape == bags.imageShape && second.withoutAnswers.imageShape == bags.imageShape)
    #expect(try second.matrix() == matrix.selectingRows([3..<5]))
    #expect(bags.reading?.lines.contains { $0.contains("an image of 3 x 4 x 5") } == true)
    let flat = try BagDataset(name: "flat", instances: matrix, offsets: bags.offsets, labels: bags.labels)
    #expect(try bags.fingerprint == flat.fingerprint)
  }

  @Test("Images are standardised by channel, over training bags")
  func standardised() throws {
    let bags = try Self.load("last").selecting(bags: [0])
    let standardised = try Standardiser(fittedTo: bags).apply(to: bags).matrix()
    let before = try bags.matrix()
    for channel in 0..<3 {
      let columns = channel * 20..<channel * 20 + 20
      let values = (0..<3).flatMap { row in columns.map { Double(before[row, $0]) } }
      let mean = values.reduce(0, +) / 60
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 60).squareRoot()
      for row in 0..<3 {
        for column in columns {
          #expect(abs(Double(standardised[row, column]) - (Double(before[row, column]) - mean) / deviation) < 1e-5)
        }
      }
    }
  }

  @Test("A wrong number of bag numbers is an error, and images of another shape than the features are one")
  func mistakes() throws {
    let error = #expect(throws: ReadError.self) { try BagReader.read(Fixture.url("images/short.npz")) }
    #expect(error?.found == "4 bag numbers" && error?.expected == "5, one for each image")
    let bags = try Self.load("last")
    #expect(throws: DatasetError.self) { try bags.showing(ImageShape(channels: 1, height: 7, width: 8)) }
  }

  /// Returns an idx file with this shape.
  static func idx(_ sizes: [Int], _ bytes: [UInt8]) -> Data {
    Data([0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + bytes)
  }

  @Test("Digits are read with the labels beside them, and bags of different pools share none")
  func digits() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "digits-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let images = folder.appending(path: "d-images-idx3-ubyte")
    // The first pixel is the digit's number, which identifies it in a bag.
    try Self.idx([200, 1, 2], (0..<200).flatMap { [UInt8($0), 1] }).write(to: images)
    let labels = folder.appending(path: "d-labels-idx1-ubyte")
    try Self.idx([200], (0..<200).map { UInt8($0 % 10) }).write(to: labels)
    let digits = try LabelledInstances.read(images)
    #expect(digits.imageShape == ImageShape(channels: 1, height: 1, width: 2) && digits.classes[123] == 3)
    var generator = DigitBags()
    (generator.bags, generator.pools, generator.meanSize) = (60, 3, 6)
    let bags = try generator.makeBags(named: "d", from: digits)
    #expect(bags.imageShape == digits.imageShape)
    var poolOf: [Float: String] = [:]
    for bag in 0..<60 {
      let rows = bags[rowsOfBag: bag]
      let nines = rows.count { Int(bags.instances[$0, 0]) % 10 == 9 }
      #expect((nines > 0) == (bags.labels[bag] == 1))
      #expect(rows.count { bags.instanceLabels?[$0] == 1 } == nines)
      let group = try #require(bags.groups?[bag])
      for row in rows { #expect(poolOf.updateValue(group, forKey: bags.instances[row, 0]) ?? group == group) }
    }
    // Five standard errors of the mean of 60 draws.
    #expect(abs(Double(bags.instanceCount) / 60 - 6) < 1)
    #expect(try generator.makeBags(named: "d", from: digits) == bags)
    try Self.idx([199], (0..<199).map { UInt8($0 % 10) }).write(to: labels)
    let error = #expect(throws: ReadError.self) { try LabelledInstances.read(images) }
    #expect(error?.expected == "200, one an image")
    try Data(Self.idx([200, 1, 2], [1, 2, 3])).write(to: images)
    #expect(throws: ReadError.self) { try LabelledInstances.read(images) }
  }
}
