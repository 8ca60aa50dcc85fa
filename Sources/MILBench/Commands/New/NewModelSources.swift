extension NewModelPackage {
  /// The file of a pooling.
  var pooling: String {
    """
    import MILBench

    /// A mean of the instances, weighted by a learned score: a = softmax(s w . h) over the bag, z = sum a h.
    ///
    /// Describe the pooling here: its result, its formula, and its source with authors, title, venue, year and DOI.
    public struct \(name.type): Pooling {
      /// The sharpness s, a parameter with its default; `\(name.id)[sharpness=2]` sets it to 2.
      public var sharpness = 1.0

      /// Creates a pooling with the default parameters.
      public init() {}

      /// Returns one row per bag and, if the pooling has weights, one weight per instance, from one row per instance.
      public func pool(_ features: Variable) -> Pooled {
        let scores = features.linear("score", to: 1, bias: false) * sharpness
        let weights = scores.softmaxOverInstances()
        return Pooled((weights * features).sumOverInstances(), weights: weights)
      }

      /// Rejects parameters outside their ranges.
      public func validate() throws { try ConfigurationError.require("sharpness", sharpness, in: 1e-3...1e3) }
    }

    extension ModelRegistry {
      /// Returns the registry of milbench's models and the standard network with this pooling.
      public static func with\(name.type)() throws -> ModelRegistry {
        var registry = try standard()
        try registry.register(
          ModelRegistration(
            id: "\(name.id)", title: "\(name.type)", summary: "MI-Net with a softmax of one learned score.",
            citation: "Not published.", pooling: \(name.type)()))
        return registry
      }
    }

    """
  }

  /// The file of a network.
  var network: String { networkType + networkRegistration }

  /// The type of a network.
  private var networkType: String {
    """
    import MILBench

    /// A network whose instances see each other: layers for each instance, blocks of self-attention, attention pooling.
    ///
    /// A block computes h = x + attention(norm(x)), then h + W2 relu(W1 norm(h)). The residuals keep the features of
    /// each instance, and layer normalisation comes before each part. The result does not depend on the order of the
    /// instances.
    ///
    /// Describe the network here: its result, its formula, and its source with authors, title, venue, year and DOI.
    /// Self-attention over bags: J. Lee, Y. Lee, J. Kim, A. R. Kosiorek, S. Choi, Y. W. Teh, Set transformer: a
    /// framework for attention-based permutation-invariant neural networks, ICML 2019, arXiv 1810.00825.
    public struct \(name.type): NetworkModel {
      /// The number of blocks, a parameter with its default; `\(name.id)[blocks=2]` sets it to 2.
      public var blocks = 1
      /// The number of attention heads.
      public var heads = 4
      /// The number of columns of a head.
      public var headColumns = 16
      /// The layers before the blocks, for each instance by itself.
      public var trunk = TrunkConfiguration()
      /// The settings of training.
      public var training = TrainingConfiguration()
      /// The weights of the bags' losses: 1, or balanced by class.
      public var classWeights = ClassWeights.equal

      /// Creates a network with the default parameters.
      public init() {}

      /// Writes the network down: from one row per instance to one row per bag, and to the outputs of the task.
      public func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
        let features = trunk.features(of: graph.instances)
        let pooled = graph.scope("pooling") {
          var value = features.linear("block.input", to: heads * headColumns)
          for number in 1...max(blocks, 1) { value = graph.scope("block.\\(number)") { block(value) } }
          return AttentionPooling().pool(value.layerNormalised("block.last"))
        }
        return task.network(pooled.bag.linear("classifier", to: task.outputColumns), weights: pooled.weights)
      }

      /// Returns the instances after a block, in which each has seen all others of its bag.
      private func block(_ value: Variable) -> Variable {
        let seen = value + value.layerNormalised("first").selfAttention("attention", heads: heads)
        let hidden = seen.layerNormalised("second").linear("up", to: 2 * value.columns).relu()
        return seen + hidden.linear("down", to: value.columns)
      }

      /// Returns the output of the layers before the blocks, with which training without labels can begin.
      public func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

      /// Rejects parameters outside their ranges.
      public func validate() throws {
        try ConfigurationError.require("blocks", blocks, in: 1...64)
        try ConfigurationError.require("heads", heads, in: 1...256)
        try ConfigurationError.require("headColumns", headColumns, in: 1...1024)
        try trunk.validate()
        try training.validate()
      }
    }


    """
  }

  /// The registration of a network.
  private var networkRegistration: String {
    """
    extension ModelRegistry {
      /// Returns the registry of milbench's models and this network.
      public static func with\(name.type)() throws -> ModelRegistry {
        var registry = try standard()
        try registry.register(
          ModelRegistration(
            id: "\(name.id)", title: "\(name.type)",
            summary: "Self-attention over the instances of a bag, then attention pooling.",
            citation: "Not published.", published: .dataHandlingOfMINet, \(name.type)()))
        return registry
      }
    }

    """
  }
}
