import Autodiff
import MILBags
import MILBenchTesting
import MILRecords
import Testing
import UserInput

@testable import MILModels

@Suite("Ways to train a network")
struct WaysToLearnTests {
  private static let settings = "epochs=2,layers=6-4"

  private func fit(_ id: String, _ bags: BagDataset) throws -> TrainedModel {
    try Contract.registry.resolve(id).fit(bags, FitContext(seed: 3))
  }

  @Test(
    "Parameters that came later leave the configuration as it was, and none goes by another name",
    arguments: ["attention", "mi-net-bag", "mi-net-ds", "mi-net-rc", "mi-net-instance", "dp-minn", "extreme-attention"])
  func later(_ id: String) throws {
    let model = try Contract.registry.resolve(id)
    for name in TrainingConfiguration.laterParameters {
      #expect(model.parameters[name] != nil, "\(name)")
      #expect(!model.configuration.contains("\"\(name)\""), "\(name)")
    }
    #expect(!model.configuration.contains("pretraining") && !model.configuration.contains("{}"))
    #expect(try Contract.registry.resolve("\(id)[pretrainEpochs=3]").configuration.contains("\"pretrainEpochs\":3"))
  }

  @Test(
    "Every loss of classes trains another network",
    arguments: ["attention", "mi-net-bag", "mi-net-instance", "mi-net-ds", "extreme-attention"])
  func losses(_ id: String) throws {
    let bags = try plantedBags()
    let three = try bags.replacing(targets: .classes((0..<12).map { $0 % 3 }, names: ["a", "b", "c"]))
    let layers = id == "extreme-attention" ? "" : ",layers=6-4"
    for bags in [bags, three] {
      let scores = try ["cross-entropy", "generalised", "symmetric", "generalised,lossExponent=1"].map {
        try fit("\(id)[epochs=2,learningRate=0.01,classLoss=\($0)\(layers)]", bags).predict(bags)
      }
      for (place, one) in scores.enumerated() {
        #expect(one.allSatisfy(\.isFinite) && scores[..<place].allSatisfy { $0 != one })
      }
    }
  }

  @Test("A loss of classes replaces a margin, and is refused in closed form and for numbers")
  func refusals() throws {
    let registry = Contract.registry
    let bags = try plantedBags()
    let (margin, entropy) = try (
      fit("dp-minn[classLoss=generalised,epochs=2,layers=6-4]", bags).predict(bags),
      fit("dp-minn[classLoss=generalised,epochs=2,layers=6-4,loss=cross-entropy]", bags).predict(bags)
    )
    #expect(margin == entropy)
    #expect(throws: ModelError.self) {
      try registry.resolve("extreme-attention[classLoss=symmetric,solver=closed-form]")
    }
    let numbers = try plantedBags().replacing(targets: .numbers((0..<12).map(Double.init)))
    for setting in ["classLoss=generalised", "pseudoLabels=1", "classWeights=balanced"] {
      let reason = #expect(throws: NotApplicable.self) { try fit("attention[\(setting),\(Self.settings)]", numbers) }
      #expect(reason?.description.hasPrefix(String(setting.prefix { $0 != "=" })) == true)
      #expect(reason?.description.hasSuffix("the bags have numbers") == true)
    }
    let three = try plantedBags().replacing(targets: .classes((0..<12).map { $0 % 3 }, names: ["a", "b", "c"]))
    #expect(throws: NotApplicable("pseudoLabels needs two classes, the bags have several classes")) {
      try fit("attention[pseudoLabels=1,\(Self.settings)]", three)
    }
    #expect(throws: ConfigurationError.self) { try fit("extreme-attention[pretrain=contrastive,epochs=1]", numbers) }
  }

  @Test(
    "Without weights of its own a network's scores of instances are its class activations",
    arguments: [
      "mi-net-bag[pooling=max,\(settings)]", "mi-net-bag[pooling=mean,\(settings)]", "mi-net-rc[epochs=2,units=6]",
    ]
  )
  func activation(_ id: String) throws {
    let bags = try plantedBags()
    let (own, activation) = try (fit(id, bags), fit(id.dropLast() + ",relevance=activation]", bags))
    #expect(try own.predict(bags) == activation.predict(bags))
    #expect(try !own.hasOwnRelevance(bags) && activation.hasOwnRelevance(bags))
    let (left, right) = try (own.relevance(bags), activation.relevance(bags))
    #expect(left.kind == .scores && right.kind == .scores && agree(left.values, right.values, within: 1e-5))
  }

  @Test(
    "Beside attention, class activations are what the classifier makes of instance features, also of several classes")
  func besideAttention() throws {
    let two = try plantedBags()
    let three = try two.replacing(targets: .classes((0..<12).map { $0 % 3 }, names: ["a", "b", "c"]))
    for bags in [two, three] {
      let trained = try fit("attention[relevance=activation,\(Self.settings)]", bags)
      let relevance = try trained.relevance(bags)
      #expect(relevance.kind == .scores && relevance.columns == (bags.targets.classCount == 3 ? 3 : 1))
      // The attention over one instance is 1, so its bag has the instance's activation.
      let alone = try trained.predict(bags.withEveryInstanceABag())
      #expect(agree(relevance.values, alone, within: 1e-5))
      let kept = try trained.model.trained(from: trained.state())
      #expect(try kept.relevance(bags) == relevance)
    }
    #expect(throws: ConfigurationError.self) { try fit("mi-net-max-mean[relevance=activation,epochs=1]", two) }
  }

  @Test(
    "Contrastive training comes first and reads no labels",
    arguments: ["attention", "mi-net-bag", "mi-net-instance", "mi-net-ds", "mi-net-rc", "dp-minn"])
  func contrastive(_ id: String) throws {
    let bags = try plantedBags()
    let layers = id == "mi-net-rc" ? "units=6" : "layers=6-4"
    let settings = "pretrain=contrastive,pretrainEpochs=2,pretrainBags=5,\(layers)"
    let other = try bags.replacing(targets: .labels(bags.labels.map { 1 - $0 }))
    func state(_ settings: String, _ bags: BagDataset) throws -> ModelState {
      try fit("\(id)[epochs=1,learningRate=0,\(settings)]", bags).state()
    }
    let (plain, trained, blind) = try (state(layers, bags), state(settings, bags), state(settings, other))
    #expect(try trained.floats("trunk.1.weight") != plain.floats("trunk.1.weight"))
    #expect(try trained.floats("trunk.1.weight") == blind.floats("trunk.1.weight"))
    #expect(!trained.entries.contains { $0.name.hasPrefix("pretraining") })
    #expect(try fit("\(id)[epochs=1,\(settings)]", bags).summary.steps == 12 + 2 * 3)
  }

  @Test("Contrastive training brings two views of an instance together and leaves others apart")
  func views() throws {
    let bags = try plantedBags(20, features: 6)
    var pretraining = Pretraining()
    (pretraining.pretrain, pretraining.pretrainEpochs, pretraining.pretrainRate) = (.contrastive, 30, 0.01)
    let phase = pretraining.phase(FeatureAugmentation(mask: 0.2, noise: 0.1)) { $0.linear("trunk.1", to: 8).relu() }
    var losses: [Float] = []
    let graph = ComputationGraph(featureCount: 6)
    _ = try phase.run(
      graph, loss: phase.loss(graph, TwoClasses()), bags, BagStream(bags, for: TwoClasses()), seed: 1, from: [:]
    ) { _, loss, _ in
      losses.append(loss)
      return true
    }
    #expect(losses.count == 30 && losses[20...].allSatisfy { $0 < losses[0] })
  }

  @Test("Pseudo-labels bring instances of negative bags down, and with more confidence teach fewer of positive ones")
  func pseudoLabels() throws {
    let bags = try plantedBags(30, sizes: 3...6, shift: 1)
    let settings = "epochs=20,layers=8-4,learningRate=0.01,relevance=activation,dropout=0"
    func activations(_ more: String) throws -> [Double] {
      try fit("attention[\(settings)\(more)]", bags).relevance(bags).values
    }
    func meanOfNegativeBags(_ values: [Double]) -> Double {
      let rows = (0..<30).filter { bags.labels[$0] == 0 }.flatMap { Array(bags[rowsOfBag: $0]) }
      return rows.reduce(0) { $0 + values[$1] } / Double(rows.count)
    }
    let without = try activations("")
    let (with, sure) = try (activations(",pseudoLabels=1"), activations(",pseudoLabels=1,pseudoConfidence=0.9999"))
    #expect(with != sure && meanOfNegativeBags(with) < meanOfNegativeBags(without))
    let twoViews = try activations(",pseudoLabels=1,pseudoViews=weak-strong")
    #expect(twoViews != with && meanOfNegativeBags(twoViews) < meanOfNegativeBags(without))
  }

  @Test(
    "Pseudo-labels of a weak view teach a strong one in every network with activations, with no further parameters",
    arguments: ["attention", "mi-net-bag", "mi-net-instance", "mi-net-rc", "mhim", "attention-distil", "simple-mil"])
  func twoViews(_ id: String) throws {
    let bags = try plantedBags()
    let names = Set(try Contract.registry.registration(named: id).parameters.map(\.name))
    let small = [
      "attentionUnits=3", "epochs=2", "layers=6-4", "learningRate=0.01", "plainEpochs=1", "teacherEpochs=1", "units=6",
    ].filter { names.contains(String($0.prefix { $0 != "=" })) }.joined(separator: ",")
    let (plain, same) = try (fit("\(id)[\(small)]", bags), fit("\(id)[pseudoLabels=1,\(small)]", bags))
    let views = try fit("\(id)[pseudoLabels=1,pseudoViews=weak-strong,\(small)]", bags)
    #expect(try views.state().entries.map(\.name) == plain.state().entries.map(\.name))
    #expect(try views.predict(bags) != plain.predict(bags) && views.predict(bags) != same.predict(bags))
    #expect(views.summary.steps == plain.summary.steps)
  }

  @Test("Views of images are for images, in pretraining and for pseudo-labels")
  func imageViews() throws {
    let images = try ImageTrunkTests.images()
    let settings = "epochs=2,trunk=lenet-histology,learningRate=0.01"
    func scores(_ more: String) throws -> [Double] {
      let trained = try fit("attention[\(settings)\(more)]", images)
      #expect(try trained.model.trained(from: trained.state()).predict(images) == trained.predict(images))
      return try trained.predict(images)
    }
    let pretraining = ",pretrain=contrastive,pretrainEpochs=1"
    let pseudoLabels = ",pseudoLabels=1,pseudoViews=weak-strong"
    for more in [pretraining, pseudoLabels] {
      let kinds = ["", ",views=images", ",views=images,viewCutout=0", ",views=images,viewJitter=0"]
      let all = try kinds.map { try scores(more + $0) }
      for (place, one) in all.enumerated() { #expect(all[..<place].allSatisfy { $0 != one }, "\(more) \(place)") }
    }
    // Without convolutions images are changed too, as vectors of pixels.
    #expect(
      try fit("attention[epochs=1,layers=4,pretrain=contrastive,pretrainEpochs=1,views=images]", images)
        .predict(images).allSatisfy(\.isFinite))
    let error = #expect(throws: NotApplicable.self) {
      try fit("attention[pretrain=contrastive,views=images,\(Self.settings)]", plantedBags())
    }
    #expect(error.map { line(of: $0) }?.hasPrefix("views=images changes images, the 4 features") == true)
  }
}
