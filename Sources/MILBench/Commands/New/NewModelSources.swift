extension NewModelPackage {
  /// The file of a pooling.
  var pooling: String {
    """
    import MILBench

    /// A mean of the instances, weighted by a learned score: a = softmax(s w . h) over the bag, z = sum a h.
    ///
    /// This is where the pooling is written down: what it is, its formula, and its source with authors, title, venue, year
    /// and DOI.
    public struct \(name.type): Pooling {
      /// The sharpness s: a parameter with its default, which `\(name.id)[sharpness=2]` sets.
      public var sharpness = 1.0

      /// The defaults.
      public init() {}

      /// From a row for each instance to a row for each bag and, if there are such, a weight for each instance.
      public func pool(_ features: Variable) -> Pooled {
        let scores = features.linear("score", to: 1, bias: false) * sharpness
        let weights = scores.softmaxOverInstances()
        return Pooled((weights * features).sumOverInstances(), weights: weights)
      }

      /// Refuses parameters outside their range.
      public func validate() throws { try ConfigurationError.require("sharpness", sharpness, in: 1e-3...1e3) }
    }

    extension ModelRegistry {
      /// The models of milbench, and the standard network with this pooling.
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
  var network: String {
    """
    import MILBench

    /// A network whose instances see each other: layers for each instance, blocks of self-attention, attention pooling.
    ///
    /// A block is h = x + attention(norm(x)), then h + W2 relu(W1 norm(h)): the residuals keep what was known of an instance,
    /// and layer normalisation comes before each part. No order of the instances enters.
    ///
    /// This is where the network is written down: what it is, its formula, and its source with authors, title, venue, year
    /// and DOI. Self-attention over bags: J. Lee, Y. Lee, J. Kim, A. R. Kosiorek, S. Choi, Y. W. Teh, Set transformer: a
    /// framework for attention-based permutation-invariant neural networks, ICML 2019, arXiv 1810.00825.
    public struct \(name.type): NetworkModel {
      /// The number of blocks: a parameter with its default, which `\(name.id)[blocks=2]` sets.
      public var blocks = 1
      /// The number of heads.
      public var heads = 4
      /// The columns of a head.
      public var headColumns = 16
      /// What each instance goes through first.
      public var trunk = TrunkConfiguration()
      /// How the network is trained.
      public var training = TrainingConfiguration()
      /// How much the loss of a bag weighs: 1, or balanced by class.
      public var classWeights = RidgeConfiguration.ClassWeights.equal

      /// The defaults.
      public init() {}

      /// Writes the network down: from a row for each instance to a row for each bag, and to what the task asks for.
      public func trace(_ graph: Graph, for task: any BagTask) -> TracedNetwork {
        let features = trunk.features(of: graph.instances)
        let pooled = graph.scope("pooling") {
          var value = features.linear("block.input", to: heads * headColumns)
          for number in 1...max(blocks, 1) { value = graph.scope("block.\\(number)") { block(value) } }
          return AttentionPooling().pool(value.layerNormalised("block.last"))
        }
        return task.network(pooled.bag.linear("classifier", to: task.outputColumns), weights: pooled.weights)
      }

      /// Instances after each has seen all others of its bag.
      private func block(_ value: Variable) -> Variable {
        let seen = value + value.layerNormalised("first").selfAttention("attention", heads: heads)
        let hidden = seen.layerNormalised("second").linear("up", to: 2 * value.columns).relu()
        return seen + hidden.linear("down", to: value.columns)
      }

      /// The layers before any instance has seen another, with which training without labels can begin.
      public func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

      /// Refuses parameters outside their range.
      public func validate() throws {
        try ConfigurationError.require("blocks", blocks, in: 1...64)
        try ConfigurationError.require("heads", heads, in: 1...256)
        try ConfigurationError.require("headColumns", headColumns, in: 1...1024)
        try trunk.validate()
        try training.validate()
      }
    }

    extension ModelRegistry {
      /// The models of milbench, and this network.
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
