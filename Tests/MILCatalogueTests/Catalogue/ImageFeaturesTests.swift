import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import TestSupport
import Testing

@Suite("Features of images")
struct ImageFeaturesTests {
  /// The golden values of image_features.py.
  struct Golden: Decodable {
    var pixels: [Float]
    var features: [Double]
  }

  private static func bags() throws -> (bags: BagDataset, golden: [Golden]) {
    let golden = try Fixture.json("images/image_features.json", as: [Golden].self)
    let matrix = Matrix(rows: 2, columns: 108, elements: golden.flatMap(\.pixels))
    let bags = try BagDataset(name: "two", instances: matrix, offsets: [0, 1, 2], labels: [0, 1])
    return (try bags.showing(ImageShape(channels: 3, height: 6, width: 6)), golden)
  }

  @Test("Colours and patterns are NumPy's")
  func colourTexture() throws {
    let (bags, golden) = try Self.bags()
    let features = try ImageFeatures.colourTexture.features(of: bags)
    #expect(features.featureCount == 40 && features.imageShape == nil && features.labels == bags.labels)
    for (row, image) in golden.enumerated() {
      for (column, value) in image.features.enumerated() {
        #expect(abs(Double(features.instances[row, column]) - value) < 1e-3 * max(1, abs(value)) * 0.1)
      }
    }
  }

  @Test("Random filters respond alike every time, and to a brighter image with larger numbers of the same signs")
  func randomConvolutions() throws {
    let bags = try Self.bags().bags
    let features = try ImageFeatures.randomConvolutions.features(of: bags)
    #expect(features.featureCount == 128)
    #expect(try ImageFeatures.randomConvolutions.features(of: bags) == features)
    let doubled = try bags.replacing(instances: bags.instances.map { 2 * $0 }).showing(bags.imageShape)
    let brighter = try ImageFeatures.randomConvolutions.features(of: doubled)
    for (one, two) in zip(features.instances.elements, brighter.instances.elements) {
      #expect(abs(two - 2 * one) < 1e-4 * max(1, abs(two)))
    }
    // The smallest response, negated, follows the largest of the same filter.
    #expect((0..<64).allSatisfy { features.instances[0, $0] >= -features.instances[0, 64 + $0] })
  }

  @Test("Only square images have them, and of the catalogue only sets of images")
  func mistakes() throws {
    let bags = try Self.bags().bags
    let error = #expect(throws: DatasetError.self) {
      try ImageFeatures.colourTexture.features(of: bags.showing(nil))
    }
    #expect(error?.problem.hasSuffix("found features that are no images") == true)
    let catalogue = try Catalogue.shipped()
    #expect(
      try catalogue.selection(named: "colon_cancer[features=colour-texture]")?.name
        == "colon-cancer[features=colour-texture]")
    #expect(throws: DatasetError.self) { try catalogue.selection(named: "colon-cancer[features=colour]") }
    #expect(throws: DatasetError.self) { try catalogue.selection(named: "musk1[features=colour-texture]") }
  }
}
