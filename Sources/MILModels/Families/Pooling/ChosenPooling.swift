import Autodiff
import UserInput

/// The name of a pooling that any network can be given.
public struct PoolingName: RawRepresentable, CaseIterable, Codable, Sendable, Hashable {
  /// All poolings by name. A pooling that is added here can be chosen in every network.
  private static let known: [(name: String, pooling: any Pooling.Type)] = [
    ("max", Sharpened<MaxPooling>.self), ("mean", Sharpened<MeanPooling>.self),
    ("log-sum-exp", LogSumExpPooling.self), ("attention", AttentionPooling.self),
    ("gated-attention", GatedAttentionPooling.self), ("dynamic", DynamicPooling.self), ("p-norm", PNormPooling.self),
    ("top-k", TopKMeanPooling.self), ("noisy-or", NoisyOrPooling.self), ("softmax", LearnedSoftmaxPooling.self),
    ("max-mean", MaxMeanPooling.self), ("latents", LatentQueryPooling.self),
    ("hopfield", HopfieldPooling.self), ("smooth-attention", SmoothAttentionPooling.self),
  ]

  /// All names.
  public static var allCases: [PoolingName] { known.indices.map(PoolingName.init(place:)) }

  private let place: Int
  /// The name.
  public var rawValue: String { Self.known[place].name }
  /// The pooling's type.
  var pooling: any Pooling.Type { Self.known[place].pooling }

  private init(place: Int) { self.place = place }

  /// A name; nil where no pooling has it.
  public init?(rawValue: String) {
    guard let place = Self.known.firstIndex(where: { $0.name == rawValue }) else { return nil }
    self.place = place
  }

  /// Max pooling.
  static let max = PoolingName(place: 0)
  /// Attention.
  static let attention = PoolingName(rawValue: "attention") ?? max
}

/// A pooling chosen by name, with the parameters that the chosen one has.
public struct ChosenPooling: Pooling {
  /// Which pooling.
  public let pooling: PoolingName
  private let chosen: any Pooling

  private enum CodingKeys: String, CodingKey { case pooling }

  /// Max pooling.
  public init() { self.init(.max) }

  /// A pooling with its defaults.
  public init(_ name: PoolingName) {
    pooling = name
    chosen = name.pooling.init()
  }

  /// Reads the name and the parameters of that pooling; where these are not all there, they are the defaults.
  public init(from decoder: any Decoder) throws {
    pooling = try decoder.container(keyedBy: CodingKeys.self).decode(PoolingName.self, forKey: .pooling)
    do {
      chosen = try pooling.pooling.init(from: decoder)
    } catch DecodingError.keyNotFound {
      chosen = pooling.pooling.init()
    }
  }

  /// Writes the name and the parameters side by side.
  public func encode(to encoder: any Encoder) throws {
    try chosen.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pooling, forKey: .pooling)
  }

  /// Whether both are one pooling with equal parameters.
  public static func == (left: ChosenPooling, right: ChosenPooling) -> Bool { left.chosen.isEqual(to: right.chosen) }

  /// Pools with the chosen pooling.
  public func pool(_ features: Variable) -> Pooled { chosen.pool(features) }

  /// Refuses what the chosen pooling refuses.
  public func validate() throws { try chosen.validate() }
}

extension Pooling {
  fileprivate func isEqual(to other: any Pooling) -> Bool { (other as? Self) == self }
}

/// A pooling that has a sharpness and does not use it: configurations of committed results say one for every elementary
/// pooling of MI-Net.
struct Sharpened<Base: Pooling>: Pooling {
  var sharpness = 1.0

  func pool(_ features: Variable) -> Pooled { Base().pool(features) }

  func validate() throws { try ConfigurationError.require("sharpness", sharpness, in: 1e-3...1e3) }
}
