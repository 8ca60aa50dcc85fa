import MILBench

/// Transformer blocks, in which the instances of a bag attend to each other, followed by attention pooling.
///
/// A block computes h = x + attention(norm(x)), then h + W2 relu(W1 norm(h)). The residuals keep the features of each
/// instance, and layer normalisation comes before each part. The result does not depend on the order of the instances,
/// so it is a pooling.
///
/// Source: J. Lee, Y. Lee, J. Kim, A. R. Kosiorek, S. Choi, Y. W. Teh, Set transformer: a framework for attention-based
/// permutation-invariant neural networks, ICML 2019, arXiv 1810.00825. In the paper, normalisation comes after each
/// part.
public struct TransformerBlock: Pooling {
  /// The number of blocks, which `transformer-block[blocks=2]` sets.
  public var blocks = 1
  /// The number of attention heads, each with ``headColumns`` columns.
  public var heads = 4
  /// The number of columns of a head.
  public var headColumns = 16

  /// Creates one block of four heads with 16 columns each.
  public init() {}

  /// Returns the attention-weighted mean of the last block's instance features.
  public func pool(_ features: Variable) -> Pooled {
    var value = features.linear("block.input", to: heads * headColumns)
    for block in 1...max(blocks, 1) {
      value = features.graph.scope("block.\(block)") {
        let seen = value + value.layerNormalised("first").selfAttention("attention", heads: heads)
        let hidden = seen.layerNormalised("second").linear("up", to: 2 * value.columns).relu()
        return seen + hidden.linear("down", to: value.columns)
      }
    }
    return AttentionPooling().pool(value.layerNormalised("block.last"))
  }

  /// Rejects blocks without heads or columns.
  public func validate() throws {
    try ConfigurationError.require("blocks", blocks, in: 1...64)
    try ConfigurationError.require("heads", heads, in: 1...256)
    try ConfigurationError.require("headColumns", headColumns, in: 1...1024)
  }
}

extension ModelRegistry {
  /// Returns the registry of milbench's models and the standard network with transformer blocks.
  public static func withTransformerBlock() throws -> ModelRegistry {
    var registry = try standard()
    try registry.register(
      ModelRegistration(
        id: "transformer-block", title: "Transformer block",
        summary: "MI-Net in which instances see each other through self-attention before attention pooling.",
        citation: "J. Lee, Y. Lee, J. Kim, A. R. Kosiorek, S. Choi, Y. W. Teh, Set transformer: a framework for "
          + "attention-based permutation-invariant neural networks, ICML 2019, arXiv 1810.00825",
        pooling: TransformerBlock()))
    return registry
  }
}
