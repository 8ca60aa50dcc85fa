import Autodiff

/// The widths of a stack of layers, written `256-128-64`.
package struct LayerSizes: Codable, Sendable, Equatable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The number of units of each layer, from the input on.
  package var sizes: [Int]

  /// Creates layers of the given widths.
  package init(arrayLiteral sizes: Int...) { self.sizes = sizes }

  /// Widths as `256-128-64`.
  package var description: String { sizes.map(String.init).joined(separator: "-") }

  /// Decodes `256-128-64`.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    sizes = try text.split(separator: "-", omittingEmptySubsequences: false).map {
      guard let size = Int($0), (1...65536).contains(size) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "expected widths from 1 to 65536 with hyphens between, like 256-128-64")
      }
      return size
    }
  }

  /// Encodes `256-128-64`.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Variable {
  /// Returns the outputs of each layer of a stack of ReLU layers, under the names `trunk.1`, `trunk.2` and so on.
  func rectifiedLayers(_ sizes: [Int]) -> [Variable] {
    var results: [Variable] = []
    for size in sizes {
      results.append((results.last ?? self).linear("trunk.\(results.count + 1)", to: size).relu())
    }
    return results
  }
}
