import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import Testing

@testable import MILModels

@Suite("Convolutional trunks")
struct ImageTrunkTests {
  /// The golden values of Fixtures/image_trunks.py.
  struct Golden: Decodable, CustomTestStringConvertible {
    struct Sample: Decodable {
      var sum: Double
      var step: Int
      var elements: [Double]

      /// Returns the largest difference, relative to the largest element.
      func difference(from values: [Double]) -> Double {
        let scale = elements.map(abs).max() ?? 1
        let own = stride(from: 0, to: values.count, by: step).map { values[$0] }
        guard own.count == elements.count else { return .infinity }
        let errors = zip(own, elements).map { abs($0 - $1) / scale }
        return max(errors.max() ?? 0, abs(values.reduce(0, +) - sum) / (scale * Double(values.count)))
      }
    }
    var trunk: String
    var image: [Int]
    var sizes: [Int]
    var loss: Double
    var features: Sample
    var parameters: [String: [Int]]
    var gradients: [String: Sample]

    var testDescription: String { "\(trunk) on \(image)" }
    var shape: ImageShape { ImageShape(channels: image[0], height: image[1], width: image[2]) }

    static func load() throws -> [Golden] {
      let file = try #require(
        Bundle.module.url(forResource: "image_trunks", withExtension: "json", subdirectory: "Fixtures"))
      return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
    }
  }

  static func waves(_ count: Int, step: Double, scale: Double) -> [Double] {
    (0..<count).map { scale * sin(step * Double($0)) }
  }

  @Test(
    "Features and gradients are PyTorch's, by name and by the shape of the images", arguments: try Golden.load(),
    [false, true])
  func values(_ golden: Golden, isNamed: Bool) throws {
    var trunk = TrunkConfiguration()
    trunk.dropout = 0
    trunk.images.trunk = isNamed ? try #require(ImageTrunk.Kind(rawValue: golden.trunk)) : .lenet
    let count = golden.shape.count
    let run = try DoublePrecisionRun(
      featureCount: count, bagSizes: golden.sizes,
      features: Self.waves(golden.sizes.reduce(0, +) * count, step: 0.37, scale: 1), images: golden.shape
    ) { graph in
      let features = trunk.features(of: graph.instances)
      let probe = graph.parameter("probe", columns: features.columns, initialiser: .zeros)
      return [(probe * features.squared()).sumOverFeatures().sumOverInstances().meanOverBags(), features]
    }
    let layers = golden.parameters.keys.filter { $0.hasSuffix(".weight") }.map { String($0.dropLast(7)) }.sorted()
    for (place, layer) in layers.enumerated() {
      let shape = try #require(golden.parameters[layer + ".weight"])
      let (step, scale) = (0.1 * Double(place), 1.5 / Double(shape[0]).squareRoot())
      #expect(
        run.setParameter(
          layer + ".weight", to: Self.waves(shape[0] * shape[1], step: 0.7 + step, scale: scale)))
      #expect(run.setParameter(layer + ".bias", to: Self.waves(shape[1], step: 1.1 + step, scale: 0.1)))
    }
    let width = try #require(golden.parameters["probe"]?[0])
    #expect(run.setParameter("probe", to: Self.waves(width, step: 0.9, scale: 1)))
    run.run()
    #expect(abs(run.output(0)[0] - golden.loss) < 1e-10)
    #expect(golden.features.difference(from: run.output(1)) < 1e-9)
    for (name, sample) in golden.gradients {
      let gradient = name.isEmpty ? run.instanceGradient : run.gradient(of: name)
      #expect(sample.difference(from: gradient) < 1e-8, "\(name)")
    }
  }

  /// Returns bags of images of 12 x 12, positive if one of them has a bright corner.
  static func images(channels: Int = 1) throws -> BagDataset {
    var generator = RandomGenerator(seed: 3)
    let shape = ImageShape(channels: channels, height: 12, width: 12)
    let sizes = [2, 3, 1, 2, 3, 2, 1, 2]
    var instances = Matrix<Float>(rows: sizes.reduce(0, +), columns: shape.count)
    var row = 0
    for (bag, size) in sizes.enumerated() {
      for _ in 0..<size {
        for column in 0..<shape.count { instances[row, column] = Float(generator.normal()) }
        row += 1
      }
      if bag % 2 == 0 { for column in 0..<24 { instances[row - 1, column] += 3 } }
    }
    return try BagDataset(
      name: "images", instances: instances, offsets: sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
      labels: sizes.indices.map { 1 - $0 % 2 }
    ).showing(shape)
  }

  @Test(
    "Networks of every kind train on images, and are the same when they were kept",
    arguments: ["attention", "mi-net-instance", "mi-net-ds", "mi-net-rc", "dp-minn", "mi-net-bag[pooling=latents]"])
  func networks(_ name: String) throws {
    let id = name.hasSuffix("]") ? name.dropLast() + "," : name + "["
    let model = try ModelRegistry.standard().resolve(
      id + "trunk=lenet-histology,augment=turns,colourJitter=0.1,cutout=0.5,epochs=2]")
    let bags = try Self.images()
    let trained = try model.fit(bags, FitContext(seed: 1))
    let scores = try trained.predict(bags)
    #expect(Set(scores).count > 4)
    #expect(try model.fit(bags, FitContext(seed: 1)).predict(bags) == scores)
    #expect(try model.trained(from: trained.state()).predict(bags) == scores)
    #expect(throws: ModelError.self) {
      try trained.predict(bags.showing(ImageShape(channels: 4, height: 6, width: 6)))
    }
  }

  @Test("A convolutional trunk on features that are no images is refused in a sentence")
  func features() throws {
    let bags = try Self.images().showing(nil)
    for id in ["attention[trunk=lenet]", "mi-net-ds[trunk=lenet-digits]"] {
      let error = #expect(throws: NotApplicable.self) {
        try ModelRegistry.standard().resolve(id).fit(bags, FitContext(seed: 1))
      }
      #expect(
        error.map { line(of: $0) }
          == "its trunk reads images, the 144 features of an instance here are none; trunk=layers reads them")
    }
  }

  @Test("Without convolutions a network has no parameters of theirs, and what records say of it stays as it was")
  func parameters() throws {
    let registry = try ModelRegistry.standard()
    let plain = try registry.resolve("attention")
    #expect(plain.parameters["trunk"] == "layers" && plain.parameters["augment"] == nil)
    #expect(!plain.configuration.contains("lenet") && !plain.configuration.contains("layers\":\"layers"))
    #expect(plain.configuration.contains("\"dropoutPlace\""))
    // Squares came later, so that records of other convolutional trunks stay as they were.
    #expect(try !registry.resolve("attention[trunk=lenet]").configuration.contains("cutout"))
    #expect(try registry.resolve("attention[trunk=lenet,cutout=0.5]").configuration.contains("\"cutout\":0.5"))
    let convolutional = try registry.resolve("attention[trunk=lenet,augment=flips]")
    #expect(convolutional.id == "attention[augment=flips,trunk=lenet]")
    #expect(convolutional.configuration.contains("\"trunk\":\"lenet\""))
  }
}
