import MILBenchTesting
import MILModels
import Testing

@Suite("Networks")
struct NetworkTests {
  /// Musk's 166 features through 256, 128 and 64 units.
  static let trunk = layer(166, 256) + layer(256, 128) + layer(128, 64)

  /// Returns the number of weights and biases of a layer.
  static func layer(_ inputs: Int, _ outputs: Int) -> Int { inputs * outputs + outputs }

  static let architectures: [(id: String, parameters: Int)] = [
    ("constant", 1),
    ("mi-net-instance", trunk + layer(64, 1)),
    ("mi-net-bag", trunk + layer(64, 1)),
    ("mi-net-bag[pooling=log-sum-exp]", trunk + layer(64, 1)),
    ("mi-net-ds", trunk + layer(256, 1) + layer(128, 1) + layer(64, 1)),
    ("mi-net-rc", layer(166, 128) + 2 * layer(128, 128) + layer(128, 1)),
    ("attention", trunk + layer(64, 64) + layer(64, 1) + layer(64, 1)),
    ("gated-attention", trunk + 2 * layer(64, 64) + layer(64, 1) + layer(64, 1)),
    ("attention[attentionUnits=128]", trunk + layer(64, 128) + layer(128, 1) + layer(64, 1)),
    ("mi-net-p-norm", trunk + layer(64, 1)),
    ("mi-net-top-k", trunk + layer(64, 1)),
    ("mi-net-noisy-or", trunk + layer(64, 64) + layer(64, 1)),
    ("mi-net-softmax", trunk + 64 + layer(64, 1)),
    ("mi-net-max-mean", trunk + layer(128, 1)),
    ("mi-net-latents", trunk + 2 * 64 * 64 + 2 * layer(64, 64) + 4 * 64 + layer(256, 1)),
    ("dp-minn", trunk),
    ("dp-minn[layers=30]", layer(166, 30)),
  ]

  @Test("The published architectures have as many parameters as a count by hand gives", arguments: architectures)
  func handCounts(id: String, count: Int) throws {
    let bags = try plantedBags(2, sizes: 1...2, features: 166)
    let model = try Contract.registry.resolve(id)
    let settings = model.registration.parameters.contains { $0.name == "epochs" } ? ["epochs": "1"] : [:]
    let trained = try Contract.registry.resolve(id, base: settings).fit(bags, FitContext(seed: 1))
    #expect(trained.summary.parameters == count)
  }
}
