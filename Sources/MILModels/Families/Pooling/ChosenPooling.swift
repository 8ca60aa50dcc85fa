import Autodiff
import UserInput

/// The name of a pooling, available in any network.
package struct PoolingName: RawRepresentable, CaseIterable, Codable, Sendable, Hashable {
  /// All poolings by name. A pooling added here is available in every network.
  private static let known: [(name: String, pooling: any Pooling.Type)] = [
    ("max", Sharpened<MaxPooling>.self), ("mean", Sharpened<MeanPooling>.self),
    ("log-sum-exp", LogSumExpPooling.self), ("attention", AttentionPooling.self),
    ("gated-attention", GatedAttentionPooling.self), ("dynamic", DynamicPooling.self), ("p-norm", PNormPooling.self),
    ("top-k", TopKMeanPooling.self), ("noisy-or", NoisyOrPooling.self), ("softmax", LearnedSoftmaxPooling.self),
    ("max-mean", MaxMeanPooling.self), ("latents", LatentQueryPooling.self),
    ("hopfield", HopfieldPooling.self), ("smooth-attention", SmoothAttentionPooling.self),
  ]

  /// The names of all poolings.
  package static var allCases: [PoolingName] { known.indices.map(PoolingName.init(place:)) }

  private let place: Int
  /// The name.
  package var rawValue: String { Self.known[place].name }
  /// The pooling's type.
  var pooling: any Pooling.Type { Self.known[place].pooling }

  private init(place: Int) { self.place = place }

  /// Creates a name; nil if no pooling has it.
  package init?(rawValue: String) {
    guard let place = Self.known.firstIndex(where: { $0.name == rawValue }) else { return nil }
    self.place = place
  }

  /// Max pooling.
  static let max = PoolingName(place: 0)
  /// Attention.
  static let attention = PoolingName(rawValue: "attention") ?? max
  /// Gated attention.
  static let gatedAttention = PoolingName(rawValue: "gated-attention") ?? max
}

/// A pooling chosen by name, with that pooling's parameters.
package struct ChosenPooling: Pooling {
  /// The kind of pooling.
  package let pooling: PoolingName
  private let chosen: any Pooling

  private enum CodingKeys: String, CodingKey { case pooling }

  /// Creates max pooling.
  package init() { self.init(.max) }

  /// Creates a pooling with its defaults.
  package init(_ name: PoolingName) {
    pooling = name
    chosen = name.pooling.init()
  }

  /// Decodes the name and the parameters of that pooling; if any parameter is missing, all have their defaults.
  package init(from decoder: any Decoder) throws {
    pooling = try decoder.container(keyedBy: CodingKeys.self).decode(PoolingName.self, forKey: .pooling)
    do {
      chosen = try pooling.pooling.init(from: decoder)
    } catch DecodingError.keyNotFound {
      chosen = pooling.pooling.init()
    }
  }

  /// Encodes the name and the parameters side by side.
  package func encode(to encoder: any Encoder) throws {
    try chosen.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pooling, forKey: .pooling)
  }

  /// Returns whether both are the same pooling with equal parameters.
  package static func == (left: ChosenPooling, right: ChosenPooling) -> Bool { left.chosen.isEqual(to: right.chosen) }

  /// Pools with the chosen pooling.
  package func pool(_ features: Variable) -> Pooled { chosen.pool(features) }

  /// Pools the members of each bag alone; the vector of a bag without members is 0. It is an error of the trace if the
  /// chosen pooling has no softmax weights.
  ///
  /// - Parameters:
  ///   - features: a row for each instance.
  ///   - members: one column with 1 for members and 0 for other instances.
  func pool(_ features: Variable, within members: Variable) -> Pooled {
    guard let scored = chosen as? any ScoredPooling else {
      features.graph.refuse(
        "pooling=\(pooling.rawValue) does not pool a part of the instances, as two sets need; pooling=attention and "
          + "pooling=gated-attention do")
      return pool(features)
    }
    let weights = scored.scores(of: features).softmax(within: members)
    return Pooled((weights * features).sumOverInstances(), weights: weights)
  }

  /// Throws if the chosen pooling's parameters are outside their range.
  package func validate() throws { try chosen.validate() }
}

extension Pooling {
  fileprivate func isEqual(to other: any Pooling) -> Bool { (other as? Self) == self }
}

/// A pooling with an unused sharpness: configurations of committed results have one for every elementary pooling of
/// MI-Net.
struct Sharpened<Base: Pooling>: Pooling {
  var sharpness = 1.0

  func pool(_ features: Variable) -> Pooled { Base().pool(features) }

  func validate() throws { try ConfigurationError.require("sharpness", sharpness, in: 1e-3...1e3) }
}
