import Foundation
import LinearAlgebra
import MILBench

/// A data set and the order of its bags in training.
struct BenchmarkData {
  /// The names of all data sets of the benchmarks.
  static let names = ["musk1", "musk2", "elephant", "sci.med", "messidor-sized"]

  let name: String
  let dataset: BagDataset
  /// The bags by size, with bags of equal size in random order.
  ///
  /// In this order JAX can scan the steps of one padded size in one loop.
  let order: [Int]

  /// Loads a data set by its name, standardised over all instances by default; nil if its files are missing.
  init?(_ name: String, isStandardised: Bool = true) throws {
    let folders = (ProcessInfo.processInfo.environment["MILBENCH_DATA"] ?? "").split(separator: ":").map {
      URL(fileURLWithPath: String($0), isDirectory: true)
    }
    let raw: BagDataset
    if name == "messidor-sized" {
      raw = try Self.normal(name: name, bags: 1200, instances: 12_352, features: 687, spread: 2)
    } else {
      let store = try DatasetStore(dataFolders: folders)
      guard store.unavailable(among: [name]).isEmpty else { return nil }
      raw = try store.load(name).dataset
    }
    self.init(isStandardised ? Standardiser(fittedTo: raw.instances).apply(to: raw) : raw, name: name)
  }

  /// Wraps a data set that is already standardised.
  init(_ dataset: BagDataset, name: String) {
    self.name = name
    self.dataset = dataset
    var generator = RandomGenerator(seed: 5)
    order = generator.permutation(of: dataset.bagCount).sorted { dataset[sizeOfBag: $0] < dataset[sizeOfBag: $1] }
  }

  /// Draws bags of normal instances with the given totals; sizes differ from the mean by up to `spread`.
  ///
  /// In positive bags the first features are shifted a little. Without a signal to learn, two correct training runs
  /// would drift apart.
  static func normal(name: String, bags: Int, instances: Int, features: Int, spread: Int) throws -> BagDataset {
    var generator = RandomGenerator(seed: 12)
    var sizes = (0..<bags).map { instances * ($0 + 1) / bags - instances * $0 / bags }
    // Pairs of bags exchange instances, so the total stays the same.
    for first in stride(from: 0, to: bags - 1, by: 2) {
      let moved = generator.integer(below: 2 * spread + 1) - spread
      sizes[first] += moved
      sizes[first + 1] -= moved
    }
    let offsets = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let labels = (0..<bags).map { _ in generator.integer(below: 2) }
    var matrix = Matrix<Float>(rows: instances, columns: features)
    matrix.withUnsafeMutableElements { elements in
      for index in elements.indices { elements[index] = Float(generator.normal()) }
      for bag in labels.indices where labels[bag] == 1 {
        for row in offsets[bag]..<offsets[bag + 1] {
          for column in 0..<min(16, features) { elements[row * features + column] += 0.5 }
        }
      }
    }
    return try BagDataset(name: name, instances: matrix, offsets: offsets, labels: labels)
  }
}
